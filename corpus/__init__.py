"""The notices that the project ships, and the programme that makes their files from what was written."""
