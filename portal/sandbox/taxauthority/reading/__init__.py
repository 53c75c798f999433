"""Reading published workbooks and CSV files into packed months. Pure: no Django, no database."""
