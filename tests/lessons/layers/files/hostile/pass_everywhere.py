# Hostile: all classes are there with `pass` for a body: nothing raises, nothing is right
class Layer:
    pass


class Linear:
    pass


class Dense:
    pass


class Dropout:
    pass


class Sequential:
    pass


