"""Documents made from the running system: technical file, instructions for use, impact assessment, notices."""
