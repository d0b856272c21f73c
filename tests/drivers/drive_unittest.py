"""unittest: loading, running, every kind of result, the assertions, mock."""

import io

from _fresh import fresh

MODULES = ("unittest.util", "unittest.result", "unittest.case", "unittest.suite", "unittest.loader", "unittest.runner", "unittest", "unittest.mock")


def main():
    with fresh(MODULES) as (util, result, case, suite, loader, runner, unittest, mock):
        class Sample(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                cls.shared = []
                cls.addClassCleanup(cls.shared.clear)

            def setUp(self):
                self.addCleanup(self.shared.append, 1)

            def test_pass(self):
                self.assertEqual({"a": [1, 2]}, {"a": [1, 2]})
                self.assertAlmostEqual(1.0, 1.00000001)
                self.assertIn(1, [1])
                self.assertRegex("abc", "b+")
                self.assertCountEqual([1, 2, [3]], [[3], 2, 1])
                self.assertIsInstance(1, int)
                self.assertGreater(2, 1)
                with self.assertRaisesRegex(ValueError, "base"):
                    int("x")
                with self.assertLogs("x", "INFO") as logs:
                    import logging
                    logging.getLogger("x").warning("hello %s", 1)
                self.assertEqual(len(logs.output), 1)

            def test_equal_lists(self):
                self.assertEqual([1, 2, 3] * 20, [1, 2, 4] * 20)

            def test_equal_text(self):
                self.assertEqual("a\nb\n", "a\nc\n")

            def test_equal_dicts(self):
                self.assertEqual({"a": 1}, {"a": 2}, "with a message")

            def test_equal_sets(self):
                self.assertEqual({1, 2}, {2, 3})

            def test_no_raise(self):
                with self.assertRaises(KeyError, msg="none"):
                    pass

            def test_error(self):
                raise RuntimeError("error")

            @unittest.skip("not now")
            def test_skip(self):
                pass

            @unittest.skipIf(False, "no")
            @unittest.expectedFailure
            def test_expected(self):
                self.fail("as expected")

            @unittest.expectedFailure
            def test_unexpected(self):
                pass

            def test_sub(self):
                for i in range(4):
                    with self.subTest(i=i):
                        if i == 3:
                            self.skipTest("sub")
                        self.assertEqual(i % 2, 0)

            def test_more_assertions(self):
                for check in (lambda: self.assertTrue(0), lambda: self.assertFalse(1), lambda: self.assertIs(1, 2), lambda: self.assertIsNone(1), lambda: self.assertNotIn(1, [1]), lambda: self.assertLess(2, 1),
                              lambda: self.assertNotEqual(1, 1), lambda: self.assertAlmostEqual(1, 2, delta=0.5), lambda: self.assertNotAlmostEqual(1, 1), lambda: self.assertNotRegex("a", "a"), lambda: self.assertTupleEqual((1,), [1]),
                              lambda: self.assertCountEqual([1], [2]), lambda: self.assertIsNot(None, None), lambda: self.assertSequenceEqual([1], (2,)), lambda: self.assertAlmostEqual(1, 1, places=1, delta=1)):
                    with self.assertRaises((AssertionError, TypeError)):
                        check()

        class Broken(unittest.TestCase):
            @classmethod
            def setUpClass(cls):
                raise ValueError("class")

            def test_never(self):
                pass

        class Async(unittest.TestCase):
            def test_mock(self):
                m = mock.MagicMock(side_effect=[1, ValueError])
                m.attr.method.return_value = 5
                self.assertEqual((m(1, k=2), m.attr.method()), (1, 5))
                self.assertRaises(ValueError, m)
                m.assert_any_call(1, k=2)
                self.assertRaises(AssertionError, m.assert_called_once)
                self.assertRaises(AssertionError, m.assert_called_with, 3)
                with mock.patch("os.getcwd", return_value="x") as patched, mock.patch.dict("os.environ", {"Q": "1"}):
                    import os
                    self.assertEqual(os.getcwd() + os.environ["Q"], "x1")
                self.assertEqual(patched.mock_calls, [mock.call()])
                auto = mock.create_autospec(len)
                self.assertRaises(TypeError, auto, 1, 2)
                self.assertRaises(AttributeError, getattr, mock.Mock(spec=["a"]), "b")

        every = unittest.TestSuite()
        for each in (Sample, Broken, Async):
            every.addTest(unittest.defaultTestLoader.loadTestsFromTestCase(each))
        out = io.StringIO()
        done = runner.TextTestRunner(out, verbosity=2, durations=None if hasattr(result.TestResult(), "collectedDurations") else None).run(every) if False else runner.TextTestRunner(out, verbosity=2).run(every)
        print(done.testsRun, len(done.failures), len(done.errors), len(done.skipped), len(done.expectedFailures), len(done.unexpectedSuccesses), done.wasSuccessful())
        print(util.safe_repr("x" * 200, short=True), util.sorted_list_difference([1, 2], [2, 3]), util.three_way_cmp(1, 2))
        failfast = runner.TextTestRunner(io.StringIO(), verbosity=0, failfast=True, buffer=True).run(loader.TestLoader().loadTestsFromTestCase(Sample))
        print(failfast.shouldStop, loader.TestLoader().getTestCaseNames(Sample)[:2])
        try:
            loader.TestLoader().loadTestsFromTestCase(unittest.TestSuite)
        except TypeError as error:
            print(error)


if __name__ == "__main__":
    main()
