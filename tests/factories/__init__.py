"""Makers of the things that tests are about, built through the contexts' front doors."""
