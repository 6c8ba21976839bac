"""What every program that stays running shares: the live index kept open, bounded threads, an address to listen on."""
