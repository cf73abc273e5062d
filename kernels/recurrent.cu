// The gates of one step of a recurrent layer, and back through it.  An element is a member of the
// batch and a hidden unit; the products with the weight come from the library, between the steps.
//
//   lstm_step, gru_step   the states and gates of step t, from the product z of the state before
//   lstm_back, gru_back   the shares of step t, from the product p of the shares of the step after
//                         (null behind the last) and what else goes back to the state before
//
// Arrays are contiguous (steps, members, columns) or (members, columns); outer gradients are null
// where there are none.
// Reference: gpugrad/ops/recurrent.py; tests/test_recurrent_device.py compares.
#include "numbers.cuh"

__device__ inline float squash(float x) { return tanhf(x); }
__device__ inline double squash(double x) { return tanh(x); }
template <typename W> __device__ W sigmoid(W x) { return 1 / (1 + exponential(-x)); }

// Which members there are, and which step is computed.
struct Layer {
    int64 members, width, t;
};

// Where an element lies in states, and its first gate of so many.
struct Place {
    int64 member, unit;
    const Layer& layer;
    __device__ Place(const Layer& layer, int64 i)
        : member(i / layer.width), unit(i % layer.width), layer(layer) {}
    __device__ int64 at(int64 t, int64 gates) const {
        return (t * layer.members + member) * gates * layer.width + unit;
    }
};

#define FOR_EACH_ELEMENT(i, layer)                                                                \
    for (int64 i = blockIdx.x * (int64)blockDim.x + threadIdx.x; i < layer.members * layer.width; \
         i += gridDim.x * (int64)blockDim.x)

template <typename T> __device__ Wide<T> outer(const T* g, int64 at) {
    return g ? wide(g[at]) : Wide<T>(0);
}

template <typename T>
__device__ void lstm_step(const T* gates, const T* z, const T* c0, T* h, T* c, T* a,
                          const Layer& layer) {
    typedef Wide<T> W;
    FOR_EACH_ELEMENT(i, layer) {
        const Place place(layer, i);
        const int64 x = place.at(layer.t, 4), from = place.at(0, 4), width = layer.width;
        W gate[4];
        for (int k = 0; k < 4; k++) {
            const W sum = wide(gates[x + k * width]) + wide(z[from + k * width]);
            gate[k] = k == 2 ? squash(sum) : sigmoid(sum);
            a[x + k * width] = narrow<T>(gate[k]);
        }
        const W before = wide(layer.t ? c[place.at(layer.t - 1, 1)] : c0[i]);
        const W state = gate[1] * before + gate[0] * gate[2];
        c[place.at(layer.t, 1)] = narrow<T>(state);
        h[place.at(layer.t, 1)] = narrow<T>(gate[3] * squash(state));
    }
}

template <typename T>
__device__ void lstm_back(const T* gh, const T* gc, const T* ga, const T* c, const T* a,
                          const T* c0, const T* p, Wide<T>* to_c, T* shares, const Layer& layer) {
    typedef Wide<T> W;
    FOR_EACH_ELEMENT(i, layer) {
        const Place place(layer, i);
        const int64 x = place.at(layer.t, 4), state = place.at(layer.t, 1), width = layer.width;
        const W in = wide(a[x]), keep = wide(a[x + width]), cell = wide(a[x + 2 * width]);
        const W out = wide(a[x + 3 * width]), squashed = squash(wide(c[state]));
        const W before = wide(layer.t ? c[place.at(layer.t - 1, 1)] : c0[i]);
        const W h = outer(p, i) + outer(gh, state);
        const W to = to_c[i] + outer(gc, state) + h * out * (1 - squashed * squashed);
        const W of_in = to * cell + outer(ga, x), of_keep = to * before + outer(ga, x + width);
        const W of_cell = to * in + outer(ga, x + 2 * width);
        const W of_out = h * squashed + outer(ga, x + 3 * width);
        shares[x] = narrow<T>(of_in * in * (1 - in));
        shares[x + width] = narrow<T>(of_keep * keep * (1 - keep));
        shares[x + 2 * width] = narrow<T>(of_cell * (1 - cell * cell));
        shares[x + 3 * width] = narrow<T>(of_out * out * (1 - out));
        to_c[i] = to * keep;
    }
}

template <typename T>
__device__ void gru_step(const T* gates, const T* z, const T* bias, const T* h0, T* h, T* a,
                         const Layer& layer) {
    typedef Wide<T> W;
    FOR_EACH_ELEMENT(i, layer) {
        const Place place(layer, i);
        const int64 x = place.at(layer.t, 3), from = place.at(0, 3), to = place.at(layer.t, 4);
        const int64 width = layer.width, unit = place.unit;
        W of_state[3];
        for (int k = 0; k < 3; k++)
            of_state[k] = wide(z[from + k * width]) + wide(bias[unit + k * width]);
        const W reset = sigmoid(wide(gates[x]) + of_state[0]);
        const W update = sigmoid(wide(gates[x + width]) + of_state[1]);
        const W fresh = squash(wide(gates[x + 2 * width]) + reset * of_state[2]);
        const W before = wide(layer.t ? h[place.at(layer.t - 1, 1)] : h0[i]);
        a[to] = narrow<T>(reset), a[to + width] = narrow<T>(update);
        a[to + 2 * width] = narrow<T>(fresh), a[to + 3 * width] = narrow<T>(of_state[2]);
        h[place.at(layer.t, 1)] = narrow<T>(fresh + update * (before - fresh));
    }
}

template <typename T>
__device__ void gru_back(const T* gh, const T* ga, const T* h, const T* a, const T* h0, const T* p,
                         Wide<T>* kept, T* shares, T* hidden, const Layer& layer) {
    typedef Wide<T> W;
    FOR_EACH_ELEMENT(i, layer) {
        const Place place(layer, i);
        const int64 x = place.at(layer.t, 4), to = place.at(layer.t, 3), width = layer.width;
        const W reset = wide(a[x]), update = wide(a[x + width]), fresh = wide(a[x + 2 * width]);
        const W before = wide(layer.t ? h[place.at(layer.t - 1, 1)] : h0[i]);
        const W state = kept[i] + outer(p, i) + outer(gh, place.at(layer.t, 1));
        const W of_fresh = state * (1 - update) + outer(ga, x + 2 * width);
        const W inner = of_fresh * (1 - fresh * fresh);
        const W of_reset = inner * wide(a[x + 3 * width]) + outer(ga, x);
        const W of_update = state * (before - fresh) + outer(ga, x + width);
        shares[to] = hidden[to] = narrow<T>(of_reset * reset * (1 - reset));
        shares[to + width] = hidden[to + width] = narrow<T>(of_update * update * (1 - update));
        shares[to + 2 * width] = narrow<T>(inner);
        hidden[to + 2 * width] = narrow<T>(inner * reset + outer(ga, x + 3 * width));
        kept[i] = state * update;
    }
}

#define LAYER int64 members, int64 width, int64 t
#define STAMP(T)                                                                                  \
    extern "C" __global__ void lstm_step_##T(const T* gates, const T* z, const T* c0, T* h, T* c, \
                                             T* a, LAYER) {                                       \
        lstm_step<T>(gates, z, c0, h, c, a, {members, width, t});                                 \
    }                                                                                             \
    extern "C" __global__ void lstm_back_##T(const T* gh, const T* gc, const T* ga, const T* c,   \
                                             const T* a, const T* c0, const T* p, Wide<T>* to_c,  \
                                             T* shares, LAYER) {                                  \
        lstm_back<T>(gh, gc, ga, c, a, c0, p, to_c, shares, {members, width, t});                 \
    }                                                                                             \
    extern "C" __global__ void gru_step_##T(const T* gates, const T* z, const T* bias,            \
                                            const T* h0, T* h, T* a, LAYER) {                     \
        gru_step<T>(gates, z, bias, h0, h, a, {members, width, t});                               \
    }                                                                                             \
    extern "C" __global__ void gru_back_##T(const T* gh, const T* ga, const T* h, const T* a,     \
                                            const T* h0, const T* p, Wide<T>* kept, T* shares,    \
                                            T* hidden, LAYER) {                                   \
        gru_back<T>(gh, ga, h, a, h0, p, kept, shares, hidden, {members, width, t});              \
    }
STAMP(float16)
STAMP(bfloat16)
STAMP(float32)
STAMP(float64)
