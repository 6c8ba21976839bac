"""What single commands of the command line do and say, where that is more than a few lines of `__main__`."""
