"""Invoices as documents: their values (`invoice`), the law's sentences (`mentions`), the XML (`cii`), the page (`paper`), both in one PDF
(`document`): a Factur-X of profile EN 16931.
"""
