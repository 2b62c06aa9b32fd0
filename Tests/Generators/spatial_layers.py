"""Records what Keras computes for layers of images, layers that make ids, and further operations of Keras 3.

    KERAS_BACKEND=tensorflow python Tests/Generators/spatial_layers.py

Written with Keras 3.15.1 on TensorFlow 2.21. It rewrites Tests/Fixtures/spatial_layers, laid out as network_layers is.
"""

import pathlib

import keras
import numpy as np
from keras import layers
from keras.src.ops import core as core_ops
from keras.src.ops import linalg as linear
from keras.src.ops import math as math_ops
from keras.src.ops import nn as nn_ops
from keras.src.ops import numpy as n

import network_layers
from network_layers import normal, operation, record

network_layers.FOLDER = pathlib.Path(__file__).parent.parent / "Fixtures" / "spatial_layers"


def convolutions():
    line, image, block = normal(2, 7, 4), normal(2, 6, 5, 2), normal(1, 3, 4, 3, 2)
    for padding in ["valid", "same"]:
        record(f"conv2d_{padding}", layers.Conv2D(3, 3, padding=padding, activation="relu"), [image])
        record(f"conv2d_{padding}_strided", layers.Conv2D(3, (2, 3), strides=(2, 1), padding=padding, use_bias=False), [image])
        record(f"conv2d_{padding}_dilated", layers.Conv2D(2, (2, 2), dilation_rate=(2, 1), padding=padding), [image])
        record(f"conv3d_{padding}", layers.Conv3D(2, 2, padding=padding), [block])
        for name, make, x in [("1d", layers.DepthwiseConv1D, line), ("2d", layers.DepthwiseConv2D, image)]:
            record(f"depthwise_{name}_{padding}", make(2, depth_multiplier=2, padding=padding, activation="tanh"), [x])
            record(f"depthwise_{name}_{padding}_strided", make(2, strides=2, padding=padding, use_bias=False), [x])
        for name, make, x in [("1d", layers.SeparableConv1D, line), ("2d", layers.SeparableConv2D, image)]:
            record(f"separable_{name}_{padding}", make(3, 2, depth_multiplier=2, padding=padding, activation="relu"), [x])
            record(f"separable_{name}_{padding}_bare", make(2, 3, padding=padding, use_bias=False), [x])
        for name, make, x in [
            ("1d", layers.Conv1DTranspose, line), ("2d", layers.Conv2DTranspose, image), ("3d", layers.Conv3DTranspose, block),
        ]:
            for size, strides in [(3, 1), (3, 2), (2, 3)]:
                layer = make(2, size, strides=strides, padding=padding, activation="relu")
                record(f"transposed_{name}_{padding}_{size}_{strides}", layer, [x])
        record(f"transposed_1d_{padding}_more", layers.Conv1DTranspose(2, 3, strides=2, padding=padding, output_padding=1), [line])
        record(f"transposed_1d_{padding}_dilated", layers.Conv1DTranspose(2, 3, dilation_rate=2, padding=padding), [line])
    record("conv2d_groups", layers.Conv2D(4, 2, groups=2), [image])
    record("conv1d_causal_channels", layers.Conv1D(2, (3,), strides=(1,), padding="causal"), [line])

    for name in ["Max", "Average"]:
        for padding in ["valid", "same"]:
            for size, strides in [(2, None), ((3, 2), (2, 1)), (2, 1)]:
                layer = getattr(layers, f"{name}Pooling2D")(size, strides=strides, padding=padding)
                record(f"{name.lower()}_pooling2d_{padding}_{size}_{strides}", layer, [image])
            record(f"{name.lower()}_pooling3d_{padding}", getattr(layers, f"{name}Pooling3D")(2, padding=padding), [block])
        record(f"global_{name.lower()}_2d", getattr(layers, f"Global{name}Pooling2D")(), [image])
        record(f"global_{name.lower()}_2d_keep", getattr(layers, f"Global{name}Pooling2D")(keepdims=True), [image])
        record(f"global_{name.lower()}_3d", getattr(layers, f"Global{name}Pooling3D")(), [block])
    for ends in [1, (1, 2), ((0, 1), (2, 0))]:
        record(f"zero_padding2d_{ends}", layers.ZeroPadding2D(ends), [image])
        record(f"cropping2d_{ends}", layers.Cropping2D(ends), [image])
    record("zero_padding3d", layers.ZeroPadding3D(((0, 1), (1, 0), (2, 1))), [block])
    record("cropping3d", layers.Cropping3D(((0, 1), (1, 0), (1, 1))), [block])
    record("up_sampling2d", layers.UpSampling2D((2, 3)), [image])
    record("up_sampling3d", layers.UpSampling3D(2), [block])
    record("time_distributed_conv2d", layers.TimeDistributed(layers.Conv2D(2, 2, activation="relu")), [normal(2, 3, 4, 4, 2)])


def categories():
    x = np.array([[-1.5, -1.0, -0.2], [0.0, 0.7, 1.0]], "float32")
    ids = np.array([[0, 3, 3], [1, 2, 0]], "int32")
    for mode in ["int", "one_hot", "multi_hot", "count"]:
        record(f"discretization_{mode}", layers.Discretization(bin_boundaries=[-1.0, 0.0, 1.0], output_mode=mode), [x])
        if mode != "int":
            record(f"category_encoding_{mode}", layers.CategoryEncoding(5, output_mode=mode), [ids])
    record("category_encoding_column", layers.CategoryEncoding(5, output_mode="one_hot"), [ids[:, :1]])


def operations():
    x, y = normal(3, 5, 4), normal(3, 5, 4)
    ids = np.array([[0, 3, 7], [1, 2, -1]], "int32")
    operation("ops_one_hot", nn_ops.OneHot(4), [ids])
    operation("ops_one_hot_first", nn_ops.OneHot(4, axis=1), [ids])
    for equation in ["btf,bsf->bts", "btf,bsf->b", "btf->fb", "btf,btf->btf", "bts , bsf -> btf"]:
        arguments = [x] if "," not in equation else [x, y]
        if "bts" in equation.split(",")[0]:
            arguments = [normal(3, 2, 5), y]
        operation(f"ops_einsum_{equation.replace(' ', '')}", n.Einsum(equation.replace(" ", "")), arguments)
    operation("ops_einsum_diagonal", n.Einsum("bii->bi"), [normal(2, 3, 3)])
    operation("ops_einsum_three", n.Einsum("bt,btf,f->b"), [x[:, :, 0], y, normal(4)])
    operation("ops_add_nested", n.Add(), [x, [[1.0], [2.0], [3.0], [4.0], [5.0]]])
    operation("ops_tile", n.Tile([1, 2, 1]), [x])
    operation("ops_tile_more", n.Tile([2, 1, 1, 3]), [x])
    operation("ops_tile_less", n.Tile([2]), [x])
    for name in ["Var", "Std", "Argmax", "Argmin"]:
        operation(f"ops_{name.lower()}", getattr(n, name)(axis=1), [x])
        operation(f"ops_{name.lower()}_keep", getattr(n, name)(axis=-1, keepdims=True), [x])
    operation("ops_logsumexp", math_ops.Logsumexp(axis=-1), [x])
    for name in ["Cumsum", "Cumprod"]:
        operation(f"ops_{name.lower()}", getattr(n, name)(axis=1), [x])
        operation(f"ops_{name.lower()}_flat", getattr(n, name)(), [x])
    operation("ops_normalize", nn_ops.Normalize(axis=-1), [x])
    operation("ops_normalize_axis", nn_ops.Normalize(axis=1), [x])
    operation("ops_norm", linear.Norm(axis=-1), [x])
    operation("ops_norm_keep", linear.Norm(axis=1, keepdims=True), [x])
    operation("ops_gelu", nn_ops.Gelu(), [x])
    operation("ops_gelu_exact", nn_ops.Gelu(approximate=False), [x])
    operation("ops_leaky_relu", nn_ops.LeakyRelu(0.1), [x])
    operation("ops_elu", nn_ops.Elu(0.7), [x])
    operation("ops_log_softmax", nn_ops.LogSoftmax(axis=1), [x])
    operation("ops_log_sigmoid", nn_ops.LogSigmoid(), [x])
    operation("ops_hard_silu", nn_ops.HardSilu(), [x])
    operation("ops_clip", n.Clip(-0.5, 1), [x])
    operation("ops_take", n.Take(axis=1), [x, [0, -1, 2]])
    operation("ops_take_one", n.Take(axis=-1), [x, 1])
    operation("ops_take_flat", n.Take(), [x, [3, 4]])
    operation("ops_pad", n.Pad([[0, 0], [1, 2], [0, 1]]), [x])
    operation("ops_roll", n.Roll(2, axis=1), [x])
    operation("ops_roll_two", n.Roll((-1, 1), axis=(1, 2)), [x])
    operation("ops_moveaxis", n.Moveaxis(1, 2), [x])
    operation("ops_moveaxis_two", n.Moveaxis((0, 1), (2, 0)), [x])
    operation("ops_unstack", core_ops.Unstack(axis=1), [x])
    operation("ops_slice", core_ops.Slice([2, 3, 2]), [x, [1, 0, 2]])
    operation("ops_erf", math_ops.Erf(), [x])
    operation("ops_expm1", n.Expm1(), [x])
    operation("ops_log1p", n.Log1p(), [np.abs(x)])


def attentions():
    query, value, key = normal(2, 3, 4), normal(2, 5, 6), normal(2, 5, 3)
    few, kept = np.array([[1, 1, 0], [1, 1, 1]], bool), np.array([[1, 1, 0, 1, 1], [0, 1, 1, 1, 0]], bool)
    make = layers.MultiHeadAttention
    record("heads_two", make(2, 3), [query, value])
    record("heads_key", make(2, 3, value_dim=4), [query, value, key])
    record("heads_bare", make(3, 2, use_bias=False, output_shape=5), [query, value])
    record("heads_masks", make(2, 3), [query, value], [few, kept])
    record("heads_value_mask", make(2, 3), [query, value], [None, kept])
    record("heads_causal", make(2, 3), [query, query], kwargs={"use_causal_mask": True})
    record("heads_scores", make(2, 3), [query, value], kwargs={"return_attention_scores": True})
    record("einsum_dense", layers.EinsumDense("abc,cd->abd", (None, 5), bias_axes="d", activation="relu"), [query])
    record("einsum_dense_ellipsis", layers.EinsumDense("...x,xy->...y", 5, bias_axes="y"), [query])
    record("einsum_dense_axes", layers.EinsumDense("abc,bd->adc", (5, 4), bias_axes="d"), [query])
    record("einsum_dense_bare", layers.EinsumDense("ab,bc->ac", 5), [query[:, 0]])
    record("unit_normalization", layers.UnitNormalization(), [query])
    record("unit_normalization_axes", layers.UnitNormalization(axis=[1, 2]), [query])
    record("rms_normalization", layers.RMSNormalization(), [query])
    record("group_normalization", layers.GroupNormalization(2), [query])
    record("group_normalization_each", layers.GroupNormalization(-1, scale=False), [query])
    record("group_normalization_one", layers.GroupNormalization(1, epsilon=0.1, center=False), [normal(2, 3, 4, 6)])
    operation("ops_repeat", n.Repeat(2, axis=1), [query])
    operation("ops_repeat_each", n.Repeat([1, 0, 2], axis=1), [query])
    operation("ops_repeat_flat", n.Repeat(2), [query])


def main():
    keras.utils.set_random_seed(7)
    convolutions()
    categories()
    operations()
    attentions()
    network_layers.write()


if __name__ == "__main__":
    main()
