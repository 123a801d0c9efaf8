"""AsyncAPI 3 of the whole and of each application, from what is there: the services' own tables, the table of topics, the contracts.

`applications` says who receives and sends what, `document` words it as AsyncAPI, `page` as a page to read.
"""
