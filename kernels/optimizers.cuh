// One step of an optimizer for one element: PyTorch's formulas (torch.optim.SGD, Adam, AdamW).
// Shared by multi_tensor.cu and, on the host, multi_tensor.cpp.  W: what is computed in.
// Settings are combined in double, once for many elements, and rounded to W.

template <typename W> struct Sgd {
    W learning_rate, momentum, undamped, penalty;
    bool first, nesterov;

    __device__ Sgd(double rate, long long step, double momentum, double dampening,
                   double weight_decay, bool nesterov)
        : learning_rate((W)rate), momentum((W)momentum), undamped((W)(1 - dampening)),
          penalty((W)weight_decay), first(step == 1), nesterov(nesterov) {}

    __device__ W stepped(W p, W g) const { return p - learning_rate * (g + penalty * p); }

    // With momentum; the first step starts it from the gradient, undamped.
    __device__ W stepped(W p, W g, W& velocity) const {
        g += penalty * p;
        velocity = first ? g : momentum * velocity + undamped * g;
        return p - learning_rate * (nesterov ? g + momentum * velocity : velocity);
    }
};

template <typename W> struct Adam {
    W rest1, beta2, rest2, epsilon, step_size, root, penalty, kept;

    // decoupled: weight decay shrinks the parameter (AdamW), else it is added to the gradient.
    __device__ Adam(double rate, long long step, double beta1, double beta2, double epsilon,
                    double weight_decay, bool decoupled)
        : rest1((W)(1 - beta1)), beta2((W)beta2), rest2((W)(1 - beta2)), epsilon((W)epsilon),
          step_size((W)(rate / (1 - pow(beta1, (double)step)))),
          root((W)sqrt(1 - pow(beta2, (double)step))), penalty((W)(decoupled ? 0 : weight_decay)),
          kept((W)(decoupled ? 1 - rate * weight_decay : 1)) {}

    __device__ W stepped(W p, W g, W& mean, W& square) const {
        g += penalty * p;
        mean += rest1 * (g - mean);
        square = beta2 * square + rest2 * g * g;
        return p * kept - step_size * mean / (square_root(square) / root + epsilon);
    }
};
