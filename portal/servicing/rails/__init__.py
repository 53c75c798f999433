"""Rails: how money is paid out and collected, whoever moves it."""
