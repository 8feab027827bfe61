"""How far a state machine is driven in a build."""

from hypothesis import HealthCheck, Phase, settings


def few(steps: int) -> settings:
    """Twelve lives of so many steps, each on real rows, as fast as the machine is."""
    return settings(
        max_examples=12,
        stateful_step_count=steps,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
