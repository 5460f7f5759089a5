"""Sign-in by an OpenID provider: authorization code flow with PKCE, and id tokens that are checked to the letter."""
