"""calendar and the pure datetime: text and HTML calendars; dates, times, deltas, zones, ISO formats."""

from _fresh import attempt, fresh

import importlib.util

PURE = "_pydatetime" if importlib.util.find_spec("_pydatetime") else "datetime"
MODULES = ("_pydatetime", "datetime", "calendar")


def main():
    names = ("_pydatetime", "calendar") if PURE == "_pydatetime" else ("datetime", "calendar")
    with fresh(names, block=["_datetime"]) as (datetime, calendar):
        text = calendar.TextCalendar(6)
        print(text.formatmonth(2024, 2), text.formatyear(2023, w=3, m=4).count("\n"), text.formatweekheader(9), len(calendar.HTMLCalendar().formatyearpage(2021)), calendar.monthrange(2000, 2), calendar.isleap(1900), calendar.leapdays(1900, 2001), attempt(calendar.monthrange, 2000, 13), calendar.monthcalendar(2021, 2)[0], calendar.timegm((1970, 1, 2, 0, 0, 0)), calendar.weekday(2020, 1, 1), attempt(calendar.setfirstweekday, 9))
        print(list(text.itermonthdates(2021, 2))[:2], list(text.itermonthdays4(2021, 12))[-1], text.yeardatescalendar(2021)[0][0][0][0], text.yeardayscalendar(2020)[0][0][0], text.yeardays2calendar(2020)[0][0][0][0], calendar.week(text.monthdays2calendar(2021, 1)[0], 2) if hasattr(calendar, "week") else "")
        D, T, DT, TD, tz = datetime.date, datetime.time, datetime.datetime, datetime.timedelta, datetime.timezone
        for args in ((2024, 2, 29), (2023, 2, 29), (0, 1, 1), (2020, 13, 1), ("x", 1, 1), (1, 1, 1), (9999, 12, 31)):
            d = attempt(D, *args)
            print(args, d, attempt(lambda d=d: (d.isocalendar(), d.weekday(), d.toordinal(), d.timetuple()[7], d.strftime("%A %d %j %y %%"), d.replace(day=1), d + TD(1), d - TD(1), d.ctime(), hash(d) == hash(d), f"{d:%Y}", d.__reduce__())))
        for text_ in ("2020-01-02", "20200102", "2020-W10-3", "2020W10", "2020-1-1", "x", "2020-W54-1", "2020-01-02T03:04:05.123456+05:30", "2020-01-02 03", "20200102T030405Z", "2020-01-02T25:00", "2020-01-02T03:04:05.1234567", "2020-01-02T03:04-00:00:30.5", "2020-01-02T03:0405", "12:30:45", "T1230", "12:30:45,5+01"):
            print(text_, attempt(D.fromisoformat, text_), attempt(DT.fromisoformat, text_), attempt(T.fromisoformat, text_))
        deltas = [TD(), TD(1, 2, 3), TD(weeks=-1, hours=5, milliseconds=1.5), TD(days=0.1, microseconds=0.5), TD.max, TD.min, TD(seconds=-1)]
        for a in deltas:
            print(a, repr(a), a.total_seconds(), attempt(lambda a=a: -a), bool(a), attempt(lambda a=a: a * 2), attempt(lambda a=a: a / 3), attempt(lambda a=a: a // 7), attempt(lambda a=a: abs(a)), attempt(lambda a=a: divmod(a, TD(hours=1))), attempt(lambda a=a: a % TD()), attempt(lambda a=a: a * 1.5), attempt(lambda a=a: a / TD(1)), a < TD(1), attempt(lambda a=a: a + 3), attempt(lambda a=a: a / 0.5))
        zone = tz(TD(hours=5, minutes=30), "IST")
        aware, naive = DT(2021, 3, 4, 5, 6, 7, 8, zone), DT(2021, 3, 4, 5, 6, 7, fold=1)
        print(aware, naive, aware.astimezone(tz.utc), attempt(lambda: aware < naive), aware == naive, aware - DT(2021, 1, 1, tzinfo=tz.utc), attempt(lambda: aware - naive), aware.utcoffset(), aware.tzname(), aware.dst(), aware.isoformat(" ", "milliseconds"), attempt(aware.isoformat, timespec="x"), aware.timestamp(), aware.utctimetuple()[:5], aware.strftime("%z %Z %f %:z"), repr(aware), naive.replace(hour=1, tzinfo=zone), naive.date(), naive.time(), aware.timetz(), hash(aware) is not None)
        print(attempt(DT, 2020, 1, 1, 24), attempt(DT, 2020, 1, 1, tzinfo=3), attempt(T, 1, 60), T(1, 2, 3, tzinfo=zone), T(1) < T(2), attempt(lambda: T(1) < 3), repr(T(1, 2, 3, 4, fold=1)), T(1, tzinfo=tz.utc) == T(1), DT.combine(D(2020, 1, 1), T(5)), DT.fromtimestamp(86400.5, tz.utc), DT.fromordinal(730000), D.fromisocalendar(2020, 53, 7), attempt(D.fromisocalendar, 2021, 53, 1), attempt(D.fromtimestamp, 1e20), DT.strptime("2020 02", "%Y %m") if False else "", attempt(tz, TD(2)), attempt(tz, 3), tz(TD(seconds=-61)), tz.utc, repr(zone), tz.utc == zone, attempt(tz.utc.utcoffset, 3), zone.fromutc(aware.replace(tzinfo=zone)), attempt(zone.fromutc, naive))


if __name__ == "__main__":
    main()
