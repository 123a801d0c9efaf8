"""Small tables that people bring and take away: CSV, XLSX and ODS to rows of text, headings to columns, and workbooks to fill in."""
