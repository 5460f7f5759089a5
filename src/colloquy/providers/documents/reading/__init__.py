"""What runs inside the limited child process. Standard library only: the child has no site packages."""
