"""Annual sales-team planning for B2B outsourcing: plan, allocation, motivation, evaluation.

Start in a notebook with :func:`salesmgmt.inputs.load`, call the methods of the room you need
(``salesmgmt.plan.sizing``, ``salesmgmt.allocation.visits``, ``salesmgmt.motivation.pay``,
``salesmgmt.evaluation.performance``), and state results with :mod:`salesmgmt.cards`.
"""

__version__ = "0.1.0"
