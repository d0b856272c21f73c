# pragma: no cover
