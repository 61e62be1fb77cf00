# Hostile: a notebook saved under the name of a Python file
{"cells": [{"cell_type": "code", "source": ["class Linear: pass"], "execution_count": null}],
 "metadata": {}, "nbformat": 4}
