# rules of installation
