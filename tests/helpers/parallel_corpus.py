"""A scene in five languages, written for these tests, as people translate films: freely, shortened here and there."""

_SCENE = {
    "en": """
Who's there?
It's me. Open the door.
Do you know what time it is?
Half past two.
No, 2:40. Come in.
I couldn't sleep, and I saw your light from the street.
Sit down. Coffee?
Please.
I have to tell you something about your brother.
Which one?
Daniel. He took the money, all 15,000 of it.
That's impossible.
I saw him put it in the blue suitcase.
When?
On Friday, before he left for the airport with Anna.
And you tell me now?
He made me promise.
Get out.
Wait, there's more.
I said get out of my house!
You'll need this. It's the key to locker 318.
Thanks for nothing.
Goodbye, Mr. Harris.
Goodbye.
""",
    "de": """
Wer ist da?
Ich bin's. Mach auf.
Weißt du, wie spät es ist?
Halb drei.
Nein, 2:40 Uhr. Komm rein.
Ich konnte nicht schlafen und hab von der Straße aus Licht gesehen.
Setz dich. Kaffee?
Gern.
Ich muss dir was über deinen Bruder sagen.
Welchen?
Daniel. Er hat das Geld genommen, alle 15.000.
Unmöglich.
Ich hab gesehen, wie er es in den blauen Koffer gelegt hat.
Wann?
Am Freitag, bevor er mit Anna zum Flughafen fuhr.
Und das sagst du mir jetzt?
Ich musste es ihm versprechen.
Raus.
Warte, das ist nicht alles.
Raus aus meinem Haus, hab ich gesagt!
Das wirst du brauchen. Der Schlüssel zum Schließfach 318.
Danke für nichts.
Leben Sie wohl, Mr. Harris.
Leb wohl.
""",
    "fr": """
Qui est là ?
C'est moi. Ouvre.
Tu sais quelle heure il est ?
Deux heures et demie.
Non, 2 h 40. Entre.
Je n'arrivais pas à dormir, et j'ai vu de la lumière chez toi.
Assieds-toi. Un café ?
Volontiers.
Il faut que je te parle de ton frère.
Lequel ?
Daniel. C'est lui qui a pris l'argent, les 15 000.
C'est impossible.
Je l'ai vu le mettre dans la valise bleue.
Quand ça ?
Vendredi, avant de partir pour l'aéroport avec Anna.
Et c'est maintenant que tu me le dis ?
Il m'a fait promettre.
Va-t'en.
Attends, ce n'est pas tout.
Je t'ai dit de sortir de chez moi !
Tu en auras besoin. C'est la clé du casier 318.
Merci pour rien.
Adieu, monsieur Harris.
Adieu.
""",
    "zh": """
谁啊？
是我，开门。
你知道现在几点了吗？
两点半。
不，2点40了。进来吧。
我睡不着，在街上看到你家亮着灯。
坐吧。喝咖啡吗？
好的。
我得告诉你一件关于你哥哥的事。
哪个哥哥？
丹尼尔。那1万5千块全是他拿的。
不可能。
我亲眼看见他放进蓝色箱子里。
什么时候？
星期五，他和安娜去机场之前。
你现在才告诉我？
他让我发过誓。
出去。
等等，还有呢。
我叫你滚出我家！
你会用得上的，318号储物柜的钥匙。
真是多谢了。
再见，哈里斯先生。
再见。
""",
    "ja": """
誰だ？
私よ。開けて。
何時だと思ってる？
2時半。
いや、2時40分だ。入れよ。
眠れなくて、通りから明かりが見えたの。
座って。コーヒーは？
お願い。
お兄さんのことで話があるの。
どっちの？
ダニエルよ。彼が1万5000ドル全部取ったの。
ありえない。
青いスーツケースに入れるのを見たわ。
いつ？
金曜日、アンナと空港へ行く前に。
なぜ今ごろ言う？
約束させられたの。
出て行け。
待って、まだあるの。
俺の家から出て行けと言ったんだ！
これが要るわ。318番ロッカーの鍵よ。
ありがたいね。
さようなら、ハリスさん。
さようなら。
""",
}
SCENE = {language: lines.strip().split("\n") for language, lines in _SCENE.items()}
