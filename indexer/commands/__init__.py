"""The commands of the command line: what they take, do, write and say."""
