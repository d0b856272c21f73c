"""typing: generics, special forms, hints, protocols, typed dicts, errors."""

from _fresh import attempt, fresh

MODULES = ("typing",)


def main():
    with fresh(MODULES) as (typing,):
        T = typing.TypeVar("T")
        K = typing.TypeVar("K", bound="str", covariant=True)
        P = typing.ParamSpec("P")
        Ts = typing.TypeVarTuple("Ts")
        forms = [typing.List[int], typing.Dict[str, T][int], typing.Union[int, str, None], typing.Optional[T][int], typing.Union[int, typing.Union[str, int]], typing.Callable[[int, T], str][bytes], typing.Callable[..., int],
                 typing.Callable[P, T][[int, str], bool], typing.Tuple[int, ...], typing.Tuple[()], typing.Literal[1, "a", 1], typing.Annotated[int, "x"], typing.Annotated[typing.Annotated[T, 1], 2][str], typing.ClassVar[int], typing.Final[str], typing.Type[T],
                 typing.Concatenate[int, P], typing.TypeGuard[int], typing.Unpack[Ts], typing.Required[int] if False else typing.Any, typing.NoReturn, typing.ForwardRef("X"), typing.Mapping[str, typing.List[K]]]
        for form in forms:
            print(form, typing.get_origin(form), typing.get_args(form), attempt(lambda form=form: form == form), attempt(lambda form=form: hash(form) == hash(form)), attempt(lambda form=form: form.__parameters__), attempt(lambda form=form: form | None))
        for wrong in (lambda: typing.List[int, str], lambda: typing.Union[()], lambda: typing.Optional[int, str], lambda: typing.Callable[int], lambda: typing.Callable[int, str], lambda: typing.Dict[int], lambda: typing.Any(), lambda: typing.ClassVar[typing.ClassVar[int]],
                      lambda: typing.Generic[int], lambda: typing.Generic[T, T], lambda: typing.Annotated[int], lambda: isinstance(1, typing.List[int]), lambda: issubclass(int, typing.Union), lambda: typing.List[3], lambda: typing.TypeVar("A", int), lambda: typing.TypeVar("A", int, str, bound=int),
                      lambda: typing.ForwardRef("a b"), lambda: typing.Literal[[]], lambda: typing.cast(int, "x"), lambda: typing.NewType("N", int)(5), lambda: typing.Concatenate[int], lambda: type("S", (typing.Union[int, str],), {}), lambda: typing.get_type_hints(3), lambda: typing.Unpack[int]):
            print(attempt(wrong))

        class Box(typing.Generic[T, K]):
            item: "T"
            other: typing.Optional["Box[int, str]"] = None

        class Small(Box[int, K]):
            pass

        class Named(typing.NamedTuple):
            a: int
            b: str = "x"

        class Movie(typing.TypedDict, total=False):
            name: typing.Required[str]
            year: int

        class Long(Movie):
            minutes: typing.NotRequired[int]

        @typing.runtime_checkable
        class Closable(typing.Protocol):
            name: str

            def close(self) -> None: ...

        class Door:
            name = "door"

            def close(self):
                pass

        print(Box[int, str], Small[str], Box[T, str][int], Box[int, str]().item if False else Box[int, str].__origin__, attempt(lambda: Box[int]), typing.get_type_hints(Box, globals(), {"T": T, "Box": Box}), Small.__orig_bases__, Small.__parameters__)
        print(Named(1), Named._field_defaults, Movie(name="a"), Movie.__required_keys__, sorted(Long.__optional_keys__), typing.is_typeddict(Movie), attempt(lambda: isinstance({}, Movie)), isinstance(Door(), Closable), isinstance(3, Closable), attempt(lambda: issubclass(Door, Closable)), attempt(Closable))

        def annotated(a: "int", b: typing.Annotated["str", 5] = None, *c: "typing.List[T]", **d: None) -> "undefined": ...

        print(attempt(typing.get_type_hints, annotated), attempt(typing.get_type_hints, annotated, {"undefined": int, "typing": typing, "T": T}, None, True))

        @typing.overload
        def over(a: int) -> int: ...

        @typing.overload
        def over(a: str) -> str: ...

        def over(a):
            return a

        @typing.no_type_check
        @typing.final
        class Quiet:
            x: "nonsense!"

        print(len(typing.get_overloads(over)), typing.clear_overloads(), attempt(typing.get_type_hints, Quiet), typing.NewType("Id", int).__supertype__, typing.assert_type(1, int), attempt(typing.assert_never, 1), typing.reveal_type is not None, T, K, P.args, P.kwargs, Ts, typing.SupportsInt, isinstance(1, typing.SupportsInt), typing.AnyStr, typing.dataclass_transform()(main))


if __name__ == "__main__":
    main()
