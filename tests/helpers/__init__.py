"""What tests in several folders use: films and pictures that are made, servers and models that are stand-ins."""
