"""What ``data/`` declares: tables loaded, corrected, validated; files written whole or not at all."""
