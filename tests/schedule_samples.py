"""Every scheduler of learning rates with some settings, by names of ``gg.optim.lr_scheduler``.

A sample is ``make(schedulers, optimizer)``; ``schedulers`` is the module of gpugrad or of torch.
"""


def _plain(name, **settings):
    return lambda s, o: getattr(s, name)(o, **settings)


SAMPLES = {
    "LambdaLR": [_plain("LambdaLR", lr_lambda=[lambda e: 0.9**e, lambda e: 1 / (1 + e)])],
    "MultiplicativeLR": [_plain("MultiplicativeLR", lr_lambda=lambda e: 0.9 + e / 100)],
    "StepLR": [_plain("StepLR", step_size=3), _plain("StepLR", step_size=1, gamma=0.8)],
    "MultiStepLR": [_plain("MultiStepLR", milestones=[2, 5, 5, 11], gamma=0.5)],
    "ConstantLR": [_plain("ConstantLR"), _plain("ConstantLR", factor=0.5, total_iters=7)],
    "LinearLR": [
        _plain("LinearLR"),
        _plain("LinearLR", start_factor=0.9, end_factor=0.1, total_iters=9),
    ],
    "ExponentialLR": [_plain("ExponentialLR", gamma=0.9)],
    "PolynomialLR": [_plain("PolynomialLR"), _plain("PolynomialLR", total_iters=9, power=2.5)],
    "CosineAnnealingLR": [
        _plain("CosineAnnealingLR", T_max=5),
        _plain("CosineAnnealingLR", T_max=7, eta_min=0.01),
    ],
    "CosineAnnealingWarmRestarts": [
        _plain("CosineAnnealingWarmRestarts", T_0=4),
        _plain("CosineAnnealingWarmRestarts", T_0=2, T_mult=2, eta_min=0.01),
    ],
    "CyclicLR": [
        _plain("CyclicLR", base_lr=0.1, max_lr=[0.5, 0.9], step_size_up=4),
        _plain("CyclicLR", base_lr=0.1, max_lr=0.5, step_size_up=3, mode="triangular2"),
        _plain(
            "CyclicLR",
            base_lr=0.1,
            max_lr=0.5,
            step_size_up=2,
            step_size_down=5,
            mode="exp_range",
            gamma=0.9,
            cycle_momentum=False,
        ),
        _plain(
            "CyclicLR",
            base_lr=0.1,
            max_lr=0.5,
            step_size_up=3,
            scale_fn=lambda x: 1 / x,
            base_momentum=0.5,
        ),
    ],
    "OneCycleLR": [
        _plain("OneCycleLR", max_lr=0.5, total_steps=25),
        _plain("OneCycleLR", max_lr=[0.5, 0.2], epochs=5, steps_per_epoch=5, three_phase=True),
        _plain("OneCycleLR", max_lr=0.5, total_steps=30, anneal_strategy="linear", pct_start=0.5),
    ],
    "SequentialLR": [
        lambda s, o: s.SequentialLR(
            o,
            [
                s.LinearLR(o, start_factor=0.1, total_iters=5),
                s.CosineAnnealingLR(o, T_max=10),
                s.ExponentialLR(o, gamma=0.9),
            ],
            milestones=[5, 15],
        )
    ],
    "ChainedScheduler": [
        lambda s, o: s.ChainedScheduler(
            [s.ConstantLR(o, factor=0.1, total_iters=4), s.ExponentialLR(o, gamma=0.9)]
        )
    ],
    "ReduceLROnPlateau": [
        _plain("ReduceLROnPlateau", patience=2, factor=0.5),
        _plain("ReduceLROnPlateau", mode="max", patience=0, cooldown=2, min_lr=[0.1, 0.2]),
        _plain("ReduceLROnPlateau", patience=1, threshold=0.3, threshold_mode="abs", factor=0.7),
    ],
}
CASES = [
    (f"{name}-{i}", make) for name, several in SAMPLES.items() for i, make in enumerate(several)
]
METRICS = [1 / (1 + i) + (0.3 if i % 3 == 2 else 0.0) for i in range(12)] + [0.1] * 12


def rates(scheduler, step, steps=24, begin=0):
    """The rates after each of some steps; ``step()`` is the optimizer's."""
    found = [list(scheduler.get_last_lr())]
    for i in range(begin, begin + steps):
        step()
        plateau = type(scheduler).__name__ == "ReduceLROnPlateau"
        scheduler.step(*([METRICS[i]] if plateau else []))
        found.append(list(scheduler.get_last_lr()))
    return found
