# Hostile: only comments
# class Linear: to do
# class Dropout: to do
