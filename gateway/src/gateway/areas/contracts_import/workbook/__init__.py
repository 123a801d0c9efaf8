"""The workbook of contracts that the Region's agents import (ACT-1, ACT-4): its columns, reading it, writing it, what is wrong with it."""
