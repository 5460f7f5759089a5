"""Where the installation's keys are kept: a file, the environment, or a file that a key management service wraps."""
