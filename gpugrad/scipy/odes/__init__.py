"""Initial value problems: steps of a Runge-Kutta method, their adjoint, and derivative rules."""
