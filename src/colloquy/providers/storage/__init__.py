"""Where recordings lie: encrypted objects, and the spool in which uploads grow until they are whole."""
