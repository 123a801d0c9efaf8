"""What is checked of each key, a file for what the promises are about. Pure: a history comes in, what is wrong with it comes out."""
