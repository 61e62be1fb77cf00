# This is my solution. I wrote down everything that I thought about.
import numpy as np
from tinytorch.core.tensor import Tensor


# ---------------------------------------------------------------- the base class
class Layer:
    # a layer is called like a function
    def __call__(self, x, *args, **kwargs):
        # we only forward the call to forward (hence the name, I think)
        result_of_the_forward_pass = self.forward(x, *args, **kwargs)
        return result_of_the_forward_pass

    # the base class does not know what to compute
    def forward(self, x):
        message = "forward is not implemented in " + str(self.__class__.__name__)
        raise NotImplementedError(message)

    # no parameters in general
    def parameters(self):
        empty_list = []
        return empty_list


# ---------------------------------------------------------------- y = xW + b
class Linear(Layer):
    def __init__(self, in_features, out_features, bias=True):
        # first the sizes
        self.in_features = in_features
        self.out_features = out_features

        # then the weights; the shape is (in, out) because x comes from the left
        how_many_inputs = float(in_features)
        variance = 1.0 / how_many_inputs
        standard_deviation = variance ** 0.5
        random_numbers = np.random.randn(in_features, out_features)
        small_random_numbers = random_numbers * standard_deviation
        self.weight = Tensor(small_random_numbers, requires_grad=True)

        # then the bias, if there is one
        if bias == True:
            only_zeros = np.zeros(out_features)
            self.bias = Tensor(only_zeros, requires_grad=True)
        else:
            self.bias = None

    def forward(self, x):
        # step 1: the matrix product
        x_times_w = x.matmul(self.weight)
        # step 2: the bias
        if self.bias is None:
            y = x_times_w
        else:
            y = x_times_w + self.bias
        # step 3: done
        return y

    def parameters(self):
        list_of_parameters = []
        list_of_parameters.append(self.weight)
        if self.bias is not None:
            list_of_parameters.append(self.bias)
        return list_of_parameters


# ---------------------------------------------------------------- the same, differently initialised
class Dense(Layer):
    def __init__(self, input_size, output_size, bias=True):
        self.input_size = input_size
        self.output_size = output_size
        sum_of_sizes = input_size + output_size
        limit = np.sqrt(6.0 / sum_of_sizes)
        from_zero_to_one = np.random.random((input_size, output_size))
        from_zero_to_two_limits = from_zero_to_one * (2.0 * limit)
        from_minus_limit_to_limit = from_zero_to_two_limits - limit
        self.weight = Tensor(from_minus_limit_to_limit, requires_grad=True)
        if bias == True:
            self.bias = Tensor(np.zeros(output_size), requires_grad=True)
        else:
            self.bias = None

    def forward(self, x):
        x_times_w = x.matmul(self.weight)
        if self.bias is not None:
            x_times_w = x_times_w + self.bias
        return x_times_w

    def parameters(self):
        list_of_parameters = [self.weight]
        if self.bias is not None:
            list_of_parameters = list_of_parameters + [self.bias]
        return list_of_parameters


# ---------------------------------------------------------------- randomly zero
class Dropout(Layer):
    def __init__(self, p=0.5):
        # p has to be a probability
        is_a_probability = p >= 0.0 and p <= 1.0
        if is_a_probability == False:
            raise ValueError("p has to lie between 0 and 1 but is " + str(p))
        self.p = p

    def forward(self, x, training=True):
        # nothing happens at inference
        if training == False:
            return x
        # nothing happens with p = 0
        if self.p == 0.0:
            return x
        # everything happens with p = 1
        if self.p == 1.0:
            all_zero = np.zeros(x.shape)
            return x * Tensor(all_zero)
        # otherwise we throw a coin for each number
        coins = np.random.random(x.shape)
        keep_or_not = coins >= self.p
        ones_and_zeros = keep_or_not.astype("float32")
        keep_probability = 1.0 - self.p
        scaled = ones_and_zeros / keep_probability
        mask = Tensor(scaled)
        return x * mask

    def parameters(self):
        return []


# ---------------------------------------------------------------- one after the other
class Sequential(Layer):
    def __init__(self, *layers):
        self.layers = []
        if len(layers) == 1:
            if isinstance(layers[0], list) or isinstance(layers[0], tuple):
                layers = layers[0]
        for layer in layers:
            self.layers.append(layer)

    def forward(self, x):
        number_of_layers = len(self.layers)
        for i in range(0, number_of_layers):
            layer = self.layers[i]
            x = layer.forward(x)
        return x

    def parameters(self):
        all_parameters = []
        for layer in self.layers:
            parameters_of_this_layer = layer.parameters()
            for parameter in parameters_of_this_layer:
                all_parameters.append(parameter)
        return all_parameters
