import numpy as n;from tinytorch import Tensor as T
class Layer:
 def forward(s,x):raise NotImplementedError
 def __call__(s,*a,**k):return s.forward(*a,**k)
 def parameters(s):return[]
class Linear(Layer):
 def __init__(s,in_features,out_features,bias=True):s.in_features,s.out_features=i,o=in_features,out_features;s.weight=T(n.random.randn(i,o)*i**-.5,requires_grad=True);s.bias=T(n.zeros(o),requires_grad=True)if bias else None
 def forward(s,x):return x@s.weight if s.bias is None else x@s.weight+s.bias
 def parameters(s):return[s.weight]+[s.bias][:s.bias is not None]
class Dense(Linear):
 def __init__(s,input_size,output_size,bias=True):super().__init__(input_size,output_size,bias);s.input_size,s.output_size=i,o=input_size,output_size;r=6**.5/(i+o);s.weight=T(n.random.uniform(-r,r,(i,o)),requires_grad=True)
class Dropout(Layer):
 def __init__(s,p=.5):
  if not 0<=p<=1:raise ValueError(p)
  s.p=p
 def forward(s,x,training=True):return x*T((n.random.rand(*x.shape)>=s.p)/(1-s.p or 1))if training and s.p else x
class Sequential(Layer):
 def __init__(s,*l):s.layers=list(l[0]if len(l)==1 and isinstance(l[0],(list,tuple))else l)
 def forward(s,x):
  for f in s.layers:x=f(x)
  return x
 def parameters(s):return[p for f in s.layers for p in f.parameters()]
