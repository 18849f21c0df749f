"""Call a function of a module in this folder with the words of a command line:

    call.py MODULE FUNCTION [WORD ...] [PARAMETER=WORD ...]

The annotation of a parameter is a function that makes its value from the word (int, float, words, yes); a parameter
without one takes the word itself. A result that is not None is printed, a tuple or list with spaces between. A check is
a function that asserts: it prints nothing, and where something is wrong it ends with a traceback and exit status 1.
"""
import importlib
import inspect
import sys


def words(text):
    """'bar,disc' as a list."""
    return text.split(',')


def yes(text):
    return {'yes': True, 'no': False}[text]


def arguments(function, texts):
    """What to call the function with: values by position, values by name."""
    parameters = inspect.signature(function).parameters
    positions = list(parameters.values())

    def value(parameter, text):
        convert = parameter.annotation
        return text if convert is inspect.Parameter.empty else convert(text)

    plain, named = [], {}
    for text in texts:
        name, equals, word = text.partition('=')
        if equals and name in parameters:
            named[name] = value(parameters[name], word)
        else:
            plain.append(value(positions[min(len(plain), len(positions) - 1)], text))
    return plain, named


def main(module, name, *texts):
    function = getattr(importlib.import_module(module), name)
    plain, named = arguments(function, texts)
    result = function(*plain, **named)
    if isinstance(result, (tuple, list)):
        print(*result)
    elif result is not None:
        print(result)


if __name__ == '__main__':
    main(*sys.argv[1:])
