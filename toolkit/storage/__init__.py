"""Many documents on disk: parallel, incremental, safe against a kill."""
