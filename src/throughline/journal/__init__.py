"""What happened: append-only entries, one for every act, written in the transaction of the act."""
