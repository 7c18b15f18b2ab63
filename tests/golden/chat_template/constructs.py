"""Short templates, one or a few constructs each. CONTEXT is what they all see; GROUPS maps a group to its templates,
one a line; LONG holds those of several lines."""

CONTEXT = {
    "s": "Hello, World",
    "u": "Zwölf Boxkämpfer – 日本語 🙂 ß ŉ İ",
    "blank": "",
    "ws": " \t a b  c \n",
    "html": "<a href=\"x\">T&J's</a>",
    "n": 42,
    "neg": -7,
    "f": 3.14159,
    "half": 2.5,
    "big": 123456789012345678,
    "yes": True,
    "no": False,
    "nil": None,
    "l": [3, 1, 2],
    "words": ["pear", "Apple", "fig", "apple", "Banana"],
    "mixed": [1, "two", 3.0, None, True, [4, "x"], {"k": "v"}],
    "empty": [],
    "d": {"b": 2, "a": 1, "C": 3},
    "nested": {"x": {"y": [10, {"z": "deep"}]}, "items": "shadowed", "keys": [1]},
    "users": [
        {"name": "ann", "age": 31, "tags": ["x", "y"], "ok": True},
        {"name": "Bob", "age": 22, "tags": [], "ok": False},
        {"name": "cid", "age": 31, "tags": ["z"]},
    ],
    "floats": [0.1, 1.0, 1e16, 1e-5, 123456789.123, -0.0, 1e22, 5e-324],
}

GROUPS = {
    "output": r"""
{{ s }}|{{ n }}|{{ f }}|{{ yes }}|{{ no }}|{{ nil }}|{{ l }}|{{ d }}
{{ mixed }}
{{ floats }}
{{ u }} {{ [u] }}
{{ ["a'b", 'a"b', 'a\'b"c', "tab\t nl\n \\ \x00 \x7f \u00a0 \u200b"] }}
{{ (1,) }}{{ (1, 2) }}{{ () }}{{ {} }}{{ [] }}
{{ 1, 2 }}
{{ {'a': (1, [2]), 3: None, true: 'x', 2.5: 1} }}
{{ big }} {{ big * 10 }} {{ -big }}
{{ 1.0 }} {{ 1e3 }} {{ 1.5e-7 }} {{ 1e100 }} {{ 0.1 + 0.2 }} {{ 100000000000000000.0 }}
{{ 1_000_000 }} {{ 0x1F }} {{ 0b101 }} {{ 0o17 }}
{{ 'a' 'b' "c" }}
{{ true }}{{ True }}{{ none }}{{ None }}{{ false }}
{{ range(3) }} {{ range(1, 10, 3) }} {{ range(3)|list }}
{{ d.items() }} {{ d.keys() }} {{ d.values() }}
{{ "\x41\u00e9\U0001F600\101\q" }}
""",
    "arithmetic": r"""
{{ 7 + 2 }} {{ 7 - 2 }} {{ 7 * 2 }} {{ 7 / 2 }} {{ 7 // 2 }} {{ 7 % 2 }} {{ 7 ** 2 }}
{{ -7 // 2 }} {{ -7 % 2 }} {{ 7 // -2 }} {{ 7 % -2 }} {{ -7 / 2 }}
{{ 7.5 // 2 }} {{ -7.5 % 2 }} {{ 7.5 % -2 }} {{ 2 ** -1 }} {{ 2 ** 0.5 }} {{ 0.0 // -1 }}
{{ -2 ** 2 }} {{ 2 ** 3 ** 2 }} {{ (2 ** 3) ** 2 }}
{{ 1 + true }} {{ true + true }} {{ -true }} {{ +n }} {{ -neg }}
{{ 6 / 3 }} {{ 6 // 3.0 }} {{ 1e308 * 10 }} {{ -(1e308 * 10) }}
{{ 'ab' * 3 }} {{ 3 * 'ab' }} {{ [1] * 2 }} {{ 'x' * -1 }} {{ 2 * (1, 2) }}
{{ 'a' + 'b' }} {{ [1] + [2] }} {{ (1,) + (2,) }}
{{ 1 ~ 2 ~ none ~ 1.0 ~ [1] }}
{{ 1 + 2 * 3 - 4 / 2 }} {{ (1 + 2) * 3 }}
{{ 10 % 3 * 2 }} {{ 2 * 10 % 3 }} {{ 'a' ~ 1 + 2 }}
{{ n / 0 }}
{{ n // 0 }}
{{ n % 0 }}
{{ 1.5 / 0 }}
{{ 'a' + 1 }}
{{ 1 + 'a' }}
{{ [1] + (2,) }}
{{ nil + 1 }}
{{ d + d }}
{{ 'a' - 'b' }}
{{ -'a' }}
{{ 0 ** -1 }}
{{ 9007199254740993 / 1 }} {{ 9007199254740993 * 1.0 }} {{ 9007199254740993 == 9007199254740992.0 }}
{{ 1/3 }} {{ 2/3 }} {{ 1e15/3 }} {{ 1e16/3 }} {{ 1e17/3 }}
{{ 3 / 1.5 }} {{ 5 - 2.5 }} {{ 0.1 * 3 }} {{ 1.1 + 2.2 }}
""",
    "comparison": r"""
{{ 1 < 2 }} {{ 1 <= 1 }} {{ 1 > 2 }} {{ 1 >= 2 }} {{ 1 == 1.0 }} {{ 1 != 1 }} {{ true == 1 }}
{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }} {{ 3 > 2 > 1 == true }} {{ 1 < n < 50 }}
{{ 'a' < 'b' }} {{ 'Z' < 'a' }} {{ 'é' > 'z' }} {{ '' < 'a' }}
{{ [1, 2] < [1, 3] }} {{ [1] < [1, 0] }} {{ (1, 2) == (1, 2) }} {{ [1] == (1,) }}
{{ d == {'C': 3, 'a': 1, 'b': 2} }} {{ [1, [2]] == [1.0, [2.0]] }}
{{ 1 in l }} {{ 5 not in l }} {{ 'a' in d }} {{ 'ell' in s }} {{ '' in '' }} {{ 2 in (1, 2) }} {{ 3 in range(4) }}
{{ 1 in [1] in [[1]] }}
{{ not 1 in l }} {{ not (1 in l) }} {{ not not 1 }}
{{ none == false }} {{ none == none }} {{ nil is none }} {{ '' == none }}
{{ 1 < 'a' }}
{{ none < 1 }}
{{ {} < {} }}
{{ 1 in 5 }}
{{ 1 in 'a' }}
{{ 1 and 2 }} {{ 0 or 'x' }} {{ none and 1 }} {{ '' or [] or {} }} {{ 1 and 0 or 3 }}
{{ not '' }} {{ not 'a' }} {{ not [] }} {{ not 0.0 }} {{ not missing }}
{{ 'a' if 1 else 'b' }} {{ 'a' if 0 else 'b' }} [{{ 'a' if 0 }}] {{ 1 if 0 else 2 if 0 else 3 }}
{{ ('a' if 0) is defined }}
{{ (1 if yes else 2) + 3 }} {{ 1 if yes else 2 + 3 }}
{{ 'x' if missing else 'y' }}
{{ yes and no or yes }} {{ yes or boom.bang }} {{ no and boom.bang }}
{{ 1 == 1 == 1 }} {{ 1 != 2 != 1 }} {{ 2 == 1 + 1 }} {{ 'a' ~ 'b' == 'ab' }}
""",
    "subscripts": r"""
{{ l[0] }} {{ l[-1] }} {{ s[0] }} {{ s[-1] }} {{ u[-3] }} {{ d['a'] }} {{ d.a }} {{ d["C"] }}
{{ nested.x.y[1].z }} {{ nested['x']['y'][0] }} {{ nested.x.y.1.z }} {{ nested.x.y.0 }}
{{ nested.items is callable }} {{ nested.items is string }}
{{ nested['items'] }} {{ nested['keys'] }}
{{ nested.items() | length }}
[{{ l[5] }}] [{{ d.zzz }}] [{{ d['zzz'] }}] [{{ s[99] }}]
{{ l[5].x }}
{{ d.zzz.y }}
{{ missing.x }}
{{ missing['x'] }}
{{ missing() }}
{{ nil.x.y }}
[{{ nil.x }}] [{{ n.x }}] [{{ s.x }}] [{{ l.x }}]
{{ s[1:4] }}|{{ s[:5] }}|{{ s[7:] }}|{{ s[-5:] }}|{{ s[:-7] }}|{{ s[::2] }}|{{ s[::-1] }}|{{ s[10:2:-3] }}
{{ u[6:9] }}|{{ u[::-1] }}|{{ u[-8:-3] }}|{{ u[::3] }}
{{ l[1:] }} {{ l[:1] }} {{ l[::-1] }} {{ l[5:] }} {{ l[-2:] }} {{ (1, 2, 3)[1:] }} {{ range(10)[2:8:2] }} {{ range(10)[-1] }}
{{ l[none:none] }} {{ l[0:99] }} {{ l[-99:2] }} {{ l[2:0] }}
{{ range(1, 9, 3)[5:0:-2] }} {{ range(10)[1:9:4] }} {{ range(10, 0, -3)[::-1] }} {{ range(3)[5:] }} {{ range(0)[::-1] }} {{ range(7)[::9] }} {{ range(7)[-1:1:-3]|list }} {{ range(1, 9, 3)[2:2] }}
{{ s[1:4:0] }}
{{ d[1:2] }}
{{ l['a'] is defined }} {{ l[1.0] is defined }} {{ l[true] }} {{ d[none] is defined }}
{{ {1: 'int', 'a': 'str'}[1] }} {{ {1: 'x'}[1.0] }} {{ {true: 't'}[1] }}
{{ users[0].name }} {{ users[-1]['tags'][0] }} {{ users[1].tags[0] is defined }}
{{ s.upper is callable }} {{ s.nosuch is callable }}
{{ s.__class__ is defined }}
{{ s.__class__.__mro__ }}
{{ ''['__class__'] is defined }} {{ l.append is defined }}
{{ l.append(1) }}
{{ d.update({'x': 1}) }}
{{ d.pop('a') }}
{{ {'__class__': 1}.__class__ is defined }}
{{ {'__class__': 1}['__class__'] }}
{{ {'a-b': 1}['a-b'] }} {{ d[('a')] }}
{{ (1.5).real }} {{ (3).imag }} {{ n.bit_length is defined }}
""",
    "filters_text": r"""
{{ s|upper }} {{ s|lower }} {{ s|capitalize }} {{ 'hello wORLD foo-bar'|title }} {{ u|upper }} {{ u|lower }} {{ u|title }}
{{ ws|trim }}| {{ 'xxaxx'|trim('x') }}| {{ ws|trim|length }}
{{ s|replace('o', '0') }} {{ s|replace('o', '0', 1) }} {{ 'aaa'|replace('', '-') }} {{ 'aaa'|replace('a', 'b', 2) }}
{{ s|length }} {{ u|length }} {{ l|length }} {{ d|length }} {{ s|count }}
{{ s|reverse }} {{ l|reverse|list }} {{ u|reverse }}
{{ s|first }} {{ s|last }} {{ l|first }} {{ l|last }} [{{ empty|first }}] [{{ empty|last }}]
{{ s|center(20) }}| {{ 'abc'|center(6) }}| {{ 'abc'|center(2) }}|
{{ 'a\nb\n\nc'|indent }}|{{ 'a\nb\n\nc'|indent(2, true) }}|{{ 'a\n\nb'|indent(2, blank=true) }}|{{ 'a\nb'|indent('>>') }}
{{ 'a\nb\n'|indent(2) }}|{{ 'a\r\nb'|indent(2) }}|{{ ''|indent }}|{{ '\n'|indent(3, first=true) }}
{{ 'foo bar baz qux'|truncate(9) }} {{ 'foo bar baz qux'|truncate(9, true) }} {{ 'foo bar baz'|truncate(11) }} {{ 'foo bar baz qux'|truncate(11, False, '--', 0) }}
{{ 'foo bar baz qux quux'|wordwrap(7) }}|{{ 'foofoofoofoo'|wordwrap(5) }}|{{ 'a\nb c'|wordwrap(3, wrapstring='/') }}
{{ 'foofoofoo-bar'|wordwrap(5, break_long_words=false) }}|{{ 'foo-bar-baz'|wordwrap(5, break_on_hyphens=false) }}
{{ 'one two  three'|wordcount }} {{ u|wordcount }} {{ ''|wordcount }}
{{ '%s is %d and %.2f'|format('x', 3, 2.5) }} {{ '%(a)s'|format(a=1) }} {{ '%5s|%-5s|%05d|%x|%X|%o|%e|%g|%%|%c|%r'|format('a', 'b', 42, 255, 255, 8, 1234.5, 0.00001, 'z', 'q') }}
{{ '%s %s' % ('a', 'b') }} {{ '%s' % 5 }} {{ '%+d % d' % (3, 4) }} {{ '%*d' % (5, 42) }} {{ '%.3s' % 'abcdef' }} {{ '%s' % [1] }} {{ '%s' % d }}
{{ '%d' % 'a' }}
{{ '%s %s' % ('a',) }}
{{ '%s' % ('a', 'b') }}
{{ '%z' % 1 }}
{{ html|escape }} {{ html|e }} {{ html|forceescape }} {{ html|safe }} {{ html|e|e }} {{ (html|e) ~ '<' }} {{ '<'|e + '<' }}
{{ '<b>a</b>  <i>c</i> &amp; &lt;<!-- x -->'|striptags }}
{{ 'a b&c/d?e=ü'|urlencode }} {{ {'a': 1, 'b c': 'x y'}|urlencode }} {{ [('a', 1)]|urlencode }}
{{ n|string }} {{ l|string|length }} {{ nil|string }} {{ 1.0|string ~ '!' }}
{{ {'class': 'x', 'id': none, 'n': 1, 'q': '"'}|xmlattr }}| {{ {'a': missing}|xmlattr }}| {{ {'a': 1}|xmlattr(false) }}
{{ 'abc'|list }} {{ u[:3]|list }}
{{ ('abc'|upper)|lower|title|replace('A', 'x') }}
{{ s|upper()|lower }} {{ s | replace ( 'l' , 'L' ) }}
{{ 'a,b'|replace(',', ';')|e }} {{ 5|replace('5', '6') }} {{ n|upper }} {{ nil|upper }} {{ missing|upper }}|
{{ 'ab'|center(10)|trim ~ '|' }}
{{ s|nosuchfilter }}
{{ s|replace('a') }}
{{ s|upper(1) }}
{{ 5|length }}
{{ nil|length }}
{{ missing|length }} {{ missing|list }} {{ missing|trim }}|{{ missing|replace('a', 'b') }}|{{ missing|join(',') }}|
""",
    "filters_number": r"""
{{ '42'|int }} {{ '42.7'|int }} {{ 'x'|int }} {{ 'x'|int(5) }} {{ '0x1f'|int(0, 16) }} {{ '0b11'|int(base=2) }} {{ 3.99|int }} {{ -3.99|int }} {{ true|int }} {{ none|int }} {{ ' 12 '|int }} {{ '1_000'|int }} {{ '٣'|int }} {{ ''|int }} {{ '1e3'|int }}
{{ '3.5'|float }} {{ 'x'|float }} {{ 'x'|float(1.5) }} {{ 5|float }} {{ '1e3'|float }} {{ 'inf'|float }} {{ '-nan'|float }} {{ none|float }} {{ ' .5 '|float }} {{ '1_0.5'|float }}
{{ 2.5|round }} {{ 3.5|round }} {{ 42.55|round(1) }} {{ 42.55|round(1, 'floor') }} {{ 42.51|round(1, 'ceil') }} {{ 42|round }} {{ 1234|round(-2) }} {{ 1250.0|round(-2) }} {{ -2.5|round }} {{ 2.675|round(2) }} {{ 0.5|round|int }}
{{ -5|abs }} {{ 5.5|abs }} {{ true|abs }} {{ -0.0|abs }}
{{ l|sum }} {{ [0.1, 0.2]|sum }} {{ users|sum(attribute='age') }} {{ l|sum(start=10) }} {{ [[1], [2]]|sum(start=[]) }} {{ empty|sum }}
{{ l|min }} {{ l|max }} {{ words|min }} {{ words|max }} {{ words|max(true) }} {{ users|max(attribute='age') }} [{{ empty|min }}]
{{ 100|filesizeformat }} {{ 1|filesizeformat }} {{ 13000|filesizeformat }} {{ 4100000|filesizeformat }} {{ 1024|filesizeformat(true) }} {{ 3e12|filesizeformat }} {{ 1000000|filesizeformat(binary=true) }}
{{ 'a'|abs }}
{{ 'a'|round }}
{{ ['a', 'b']|sum }}
{{ [1, 'a']|max }}
{{ 1|round(1, 'up') }}
{{ missing|int }}
{{ missing|float }}
{{ missing|abs }}
{{ 1e400|int }}
""",
    "filters_sequence": r"""
{{ l|sort }} {{ l|sort(reverse=true) }} {{ words|sort }} {{ words|sort(case_sensitive=true) }} {{ users|sort(attribute='age')|map(attribute='name')|list }} {{ users|sort(attribute='age,name')|map(attribute='name')|join(' ') }} {{ users|sort(true, attribute='age')|map(attribute='name')|join(' ') }}
{{ d|dictsort }} {{ d|dictsort(true) }} {{ d|dictsort(false, 'value') }} {{ d|dictsort(reverse=true) }}
{{ l|join }} {{ l|join(', ') }} {{ users|join(', ', attribute='name') }} {{ mixed|join('/') }} {{ 'abc'|join('.') }} {{ d|join(',') }} {{ ['<', '<'|e]|join('&') }}
{{ l|map('string')|list }} {{ words|map('upper')|join(' ') }} {{ users|map(attribute='name')|list }} {{ users|map(attribute='ok', default='?')|list }} {{ users|map(attribute='tags.0', default='-')|list }} {{ ['a-b', 'c']|map('replace', '-', '+')|list }} {{ ['1', 'x']|map('int', default=7)|list }}
{{ l|select('odd')|list }} {{ l|reject('odd')|list }} {{ l|select('gt', 1)|list }} {{ mixed|select|list }} {{ mixed|reject|list }} {{ l|select('in', [1, 2])|list }} {{ mixed|select('string')|list }}
{{ users|selectattr('ok')|map(attribute='name')|list }} {{ users|rejectattr('ok')|map(attribute='name')|list }} {{ users|selectattr('age', 'equalto', 31)|map(attribute='name')|list }} {{ users|selectattr('age', '==', 22)|map(attribute='name')|list }} {{ users|rejectattr('ok', 'defined')|map(attribute='name')|list }} {{ users|selectattr('tags.0', 'eq', 'z')|list|length }}
{{ users|groupby('age') }}
{% for age, list in users|groupby('age') %}{{ age }}: {{ list|map(attribute='name')|join(',') }};{% endfor %}
{% for g in users|groupby('ok', default=none) %}{{ g.grouper }}={{ g.list|length }};{% endfor %}
{% for g in users|groupby('name') %}{{ g.grouper }}{{ g[0] }}{% endfor %}
{{ range(7)|batch(3)|list }} {{ range(7)|batch(3, 'x')|list }} {{ range(7)|slice(3)|list }} {{ range(7)|slice(3, '-')|list }} {{ empty|batch(2)|list }}
{{ [1, 1, 2, 'a', 'A']|unique|list }} {{ [1, 1.0, true]|unique|list }} {{ words|unique|list }} {{ words|unique(true)|list }} {{ users|unique(attribute='age')|map(attribute='name')|list }}
{{ missing|default('x') }} {{ nil|default('x') }} {{ nil|default('x', true) }} {{ ''|d('e', boolean=true) }} {{ d.zz|default(d.a) }} {{ missing|default }}| {{ (missing|default({})).a is defined }}
{{ d|items|list }} {{ missing|items|list }} {{ d|list }} {{ d|first }} {{ d|last }} {{ d.items()|first }} {{ d.items()|list|last }}
{{ s|attr('upper') is defined }} {{ d|attr('a') is defined }} {{ s|attr('lower')() }}
{{ l|reverse|first }} {{ (l|reverse|list)[0] }} {{ d|reverse|list }} {{ range(3)|reverse|list }}
{{ l|tojson }} {{ l|list is sequence }} {{ words|map('length')|sum }}
{{ users|map('attr', 'age') is iterable }} {{ l|map('string')|map('upper')|first }}
{{ l|map('float')|map('round', 1)|list }} {{ [[1, 2], [3]]|map('sum')|list }} {{ [[1, 2], [3]]|sum(start=[])|join }}
{{ [3, 'a']|sort }}
{{ l|map|list }}
{{ l|map('nope')|list }}
{{ l|select('nope')|list }}
{{ 5|list }}
{{ 5|join }}
{{ l|batch }}
{{ l|slice(0)|list }}
{{ 5|sort }}
{{ users|sort(attribute='ok') }}
{{ l|dictsort }}
{{ l|items|list }}
{{ l|map(foo='x')|list }}
{{ d|dictsort(by='other') }}
{% for x in l|map('upper') %}{{ x }}{% endfor %} {{ l|map(attribute='real')|list }}
{% set it = l|map('string') %}{{ it|list }}{{ it|list }}
""",
    "tojson": r"""
{{ mixed|tojson }} {{ d|tojson }} {{ u|tojson }} {{ nil|tojson }} {{ 1.0|tojson }} {{ floats|tojson }}
{{ nested|tojson(indent=2) }}
{{ nested|tojson(indent=4) }} {{ empty|tojson(indent=2) }} {{ {}|tojson(indent=2) }} {{ [[]]|tojson(indent=1) }}
{{ d|tojson(sort_keys=true) }} {{ u|tojson(ensure_ascii=true) }} {{ d|tojson(separators=(',', ':')) }} {{ d|tojson(indent=0) }}
{{ l|tojson(indent='--') }} {{ d|tojson(separators=[', ', ' = ']) }} {{ d|tojson(indent=2, separators=(';', ':')) }}
{{ "a\"b\\c\n\t\r\b\f\x00\x1f\x7f\u2028</script>&'"|tojson }}
{{ {1: 2, none: 3, true: 4, 1.5: 5}|tojson }} {{ (1, 2)|tojson }} {{ range(2)|list|tojson }}
{{ users|tojson }}
{{ users|selectattr('ok')|list|tojson }} {{ {'a': {'b': [1, {'c': none}]}}|tojson(indent=3) }}
{{ '🙂é'|tojson(ensure_ascii=true) }} {{ 'inf'|float|tojson }} {{ 'nan'|float|tojson }}
{{ missing|tojson }}
{{ range(2)|tojson }}
{{ l|map('string')|tojson }}
{{ {(1, 2): 3}|tojson }}
{{ d.items()|tojson }}
{{ d|tojson(nope=1) }}
{{ {'a': missing}|tojson }}
{{ s.upper|tojson }}
""",
    "tests": r"""
{{ n is number }} {{ s is string }} {{ l is sequence }} {{ d is mapping }} {{ l is iterable }} {{ yes is boolean }} {{ n is integer }} {{ f is float }} {{ nil is none }} {{ missing is undefined }} {{ s is defined }}
{{ yes is number }} {{ yes is integer }} {{ n is float }} {{ s is sequence }} {{ d is iterable }} {{ nil is iterable }} {{ n is iterable }} {{ missing is iterable }} {{ range(2) is sequence }} {{ l|map('int') is sequence }} {{ l|map('int') is iterable }}
{{ 3 is odd }} {{ 4 is even }} {{ 9 is divisibleby 3 }} {{ 9 is divisibleby(2) }} {{ 3 is not even }}
{{ 'abc' is lower }} {{ 'ABC' is upper }} {{ 'aBc' is lower }} {{ '1' is lower }} {{ 5 is upper }}
{{ yes is true }} {{ no is false }} {{ 1 is true }} {{ nil is false }} {{ yes is sameas true }} {{ 1 is sameas true }} {{ nil is sameas none }}
{{ 1 is eq 1 }} {{ 1 is equalto 2 }} {{ 1 is ne 2 }} {{ 1 is lt 2 }} {{ 1 is lessthan 2 }} {{ 1 is le 1 }} {{ 2 is gt 1 }} {{ 2 is greaterthan 1 }} {{ 2 is ge 3 }} {{ 1 is in l }} {{ 'a' is in d }} {{ 1 is == 1 }}
{{ s.upper is callable }} {{ s is callable }} {{ range is callable }} {{ missing is callable }} {{ 'upper' is filter }} {{ 'zzz' is filter }} {{ 'odd' is test }} {{ 'tojson' is filter }}
{{ '<'|e is escaped }} {{ '<' is escaped }} {{ s is not string or 1 }}
{{ 1 is odd and 2 is even }} {{ not 1 is odd }} {{ 1 + 1 is number }} {{ (1 + 1) is even }} {{ 'a' is string == true }}
{{ missing is defined and missing.x }} {{ d.a is defined and d.a is not none }} {{ d.q is defined }} {{ nested.x.q is undefined }}
{{ 'a' ~ 'b' is string }} {{ n is divisibleby 7 if yes else 'q' }} {{ 5 is odd|string }}
{{ s is nosuch }}
{{ 'a' is odd }}
{{ missing is odd }}
{{ 3 is divisibleby 0 }}
{{ 1 is in 5 }}
{{ missing.x is defined }}
{{ 1 is divisibleby }}
""",
    "string_methods": r"""
{{ s.upper() }} {{ s.lower() }} {{ s.swapcase() }} {{ 'hello world'.title() }} {{ 'hello'.capitalize() }} {{ 'ß'.upper() }} {{ 'STRASSE ß'.casefold() }} {{ 'ǆ'.title() }}
{{ ws.strip() }}|{{ ws.lstrip() }}|{{ ws.rstrip() }}|{{ 'xxhixx'.strip('x') }}|{{ 'abcba'.lstrip('ab') }}|{{ 'abcba'.rstrip('ab') }}|{{ 'a'.strip('') }}|{{ '\u2003a\u00a0'.strip() }}|{{ ' a '.strip(none) }}
{{ 'a,b,,c'.split(',') }} {{ 'a b  c '.split() }} {{ 'a b  c'.split(' ') }} {{ 'a,b,c'.split(',', 1) }} {{ 'a b c d'.split(none, 2) }} {{ ''.split() }} {{ ''.split(',') }} {{ 'abc'.split('bc') }} {{ 'a,b'.split(sep=',', maxsplit=0) }}
{{ 'a,b,c'.rsplit(',', 1) }} {{ 'a b c'.rsplit(none, 1) }} {{ 'a b  c '.rsplit() }} {{ 'a--b--c'.rsplit('--', maxsplit=1) }}
{{ 'a\nb\r\nc\x0bd\u2028e\n'.splitlines() }} {{ 'a\nb'.splitlines(true) }} {{ ''.splitlines() }} {{ '\n\n'.splitlines() }}
{{ 'a=b=c'.partition('=') }} {{ 'a=b=c'.rpartition('=') }} {{ 'abc'.partition('x') }} {{ 'abc'.rpartition('x') }}
{{ s.startswith('Hell') }} {{ s.endswith(('x', 'ld')) }} {{ s.startswith('l', 2) }} {{ s.startswith(('a', 'H'), 0, 3) }} {{ s.endswith('o', 0, 5) }} {{ ''.startswith('') }} {{ s.startswith('', 99) }}
{{ s.find('o') }} {{ s.find('o', 5) }} {{ s.rfind('o') }} {{ s.find('zz') }} {{ s.index('W') }} {{ s.rindex('o', 0, 6) }} {{ s.count('l') }} {{ 'aaa'.count('aa') }} {{ 'abc'.count('') }} {{ u.find('語') }} {{ s.find('l', -3) }}
{{ s.replace('l', 'L') }} {{ s.replace('l', 'L', 1) }} {{ 'abc'.replace('', '-') }} {{ 'abc'.replace('', '-', 2) }} {{ s.replace('zz', '') }}
{{ ','.join(['a', 'b']) }} {{ ''.join(words) }} {{ '-'.join('abc') }} {{ ','.join(d) }} {{ ', '.join(words|map('upper')) }}
{{ 'a'.center(5) }}|{{ 'a'.center(4, '*') }}|{{ 'ab'.center(5, '*') }}|{{ 'a'.ljust(3) }}|{{ 'a'.rjust(3, '0') }}|{{ '42'.zfill(5) }}|{{ '-42'.zfill(5) }}|{{ '+1'.zfill(4) }}|{{ 'é'.ljust(3, '·') }}
{{ '123'.isdigit() }} {{ 'a1'.isalnum() }} {{ 'abc'.isalpha() }} {{ ' '.isspace() }} {{ 'A'.isupper() }} {{ 'a'.islower() }} {{ 'Ab Cd'.istitle() }} {{ '²'.isdigit() }} {{ '²'.isdecimal() }} {{ '½'.isnumeric() }} {{ 'a_1'.isidentifier() }} {{ 'é'.isascii() }} {{ '\n'.isprintable() }} {{ ''.isdigit() }} {{ ''.isascii() }}
{{ 'a\tb\tcc'.expandtabs(4) }}| {{ 'abcd'.removeprefix('ab') }} {{ 'abcd'.removesuffix('cd') }} {{ 'abcd'.removeprefix('x') }}
{{ 'abc'.translate({97: 'X', 98: none}) }} {{ 'Hello {} {}'.format(1, 'x') }} {{ '{1}{0}{a}'.format(1, 2, a=3) }} {{ '{:>5}|{:<5}|{:^5}|{:05d}|{:.2f}|{:,}|{:x}|{:%}'.format('a', 'b', 'c', 42, 3.14159, 1234567, 255, 0.25) }}
{{ '{0[a]} {1[0]} {0}'.format(d, l) }} {{ '{!r} {!s}'.format('x', 'y') }} {{ '{{}}'.format() }} {{ '{:{}}|'.format('x', 4) }} {{ '{x.real}'.format(x=n) }} {{ '{:+d} {: d} {:#x} {:e} {:g} {:_}'.format(1, 2, 255, 12345.678, 0.0001, 1234567) }}
{{ '{a}'.format_map({'a': 1}) }}
{{ 'abc'.upper().lower().title().strip('A') }}
{{ s.index('zz') }}
{{ 'a'.center() }}
{{ ','.join([1, 2]) }}
{{ ','.join(5) }}
{{ 'a'.split('') }}
{{ 'a'.split(1) }}
{{ '{}'.format() }}
{{ '{x}'.format(y=1) }}
{{ '{0.__class__}'.format(s) }}
{{ '{:d}'.format('a') }}
{{ '{'.format(1) }}
{{ 'a'.startswith(1) }}
{{ 'a'.nosuch() }}
{{ 'a'.ljust(3, 'ab') }}
{{ 'a'.replace('a') }}
{{ ''.join(words)[::-1].upper()[:3] }} {{ (s ~ '!').split(', ')[-1] }} {{ s.split(', ')[0].lower() }}
""",
    "dict_list_methods": r"""
{{ d.get('a') }} {{ d.get('zz') }} {{ d.get('zz', 'x') }} {{ d.keys()|list }} {{ d.values()|list }} {{ d.items()|list }} {{ d.copy() }}
{{ l.index(1) }} {{ l.count(1) }} {{ (1, 2, 1).count(1) }} {{ (1, 2).index(2) }} {{ l.copy() }} {{ l.index(2, 1) }}
{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %} {% for k in d %}{{ k }}{% endfor %} {% for v in d.values() %}{{ v }}{% endfor %}
{{ dict(a=1, b=2) }} {{ dict([('x', 1)], y=2) }} {{ dict(d, a=9) }} {{ dict.fromkeys(['a', 'b'], 0) }} {{ dict() }} {{ dict(d.items()) == d }}
{{ {**d} if false else 1 }}
{{ 'a' in d.keys() }} {{ 1 in d.values() }} {{ ('a', 1) in d.items() }} {{ d.keys()|length }} {{ d|length }}
{{ {'a': 1, 'a': 2} }} {{ {1: 'a', true: 'b'} }} {{ {'x': 1}['x'] }} {{ {'f': s.upper}.f() }}
{{ d.get() }}
{{ l.index(99) }}
{{ {[]: 1} }}
{{ d[[]] is defined }}
{{ d.get([]) }}
{{ d.nosuch() }}
{{ l.sort() }}
{{ d.setdefault('a', 1) }}
{{ d.clear() }}
{{ nil.get('a') }}
{{ dict(1) }}
{{ dict([1]) }}
{{ (1, 2).append(3) }}
{{ d.items()[0] }}
{{ d.keys() | sort | first }} {{ d.items() | sort | first }} {{ d.keys() == d.keys() }}
""",
    "loops": r"""
{% for x in l %}{{ loop.index }},{{ loop.index0 }},{{ loop.revindex }},{{ loop.revindex0 }},{{ loop.first }},{{ loop.last }},{{ loop.length }},{{ x }};{% endfor %}
{% for x in l %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }} {% endfor %}
{% for x in l %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }} {% endfor %}
{% for x in l %}{{ loop.cycle('a', 'b') }}{{ loop.depth }}{{ loop.depth0 }}{% endfor %}
{% for x in [1, 1, 2, 2, 1] %}{{ loop.changed(x) }} {% endfor %}
{% for x in empty %}{{ x }}{% else %}none{% endfor %} {% for x in l %}{{ x }}{% else %}none{% endfor %}
{% for x in l if x > 1 %}{{ loop.index }}/{{ loop.length }}:{{ x }} {% endfor %} {% for x in l if x > 9 %}{{ x }}{% else %}no{% endfor %}
{% for a, b in [(1, 2), [3, 4], 'xy'] %}{{ a }}{{ b }} {% endfor %} {% for (a, (b, c)) in [(1, (2, 3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}
{% for x in l %}{% for y in l %}{{ loop.index }}{{ x }}{{ y }} {% endfor %}{{ loop.index }}|{% endfor %}
{% for x in l %}{% set outer = loop %}{% for y in 'ab' %}{{ outer.index }}{{ loop.index }} {% endfor %}{% endfor %}
{% for x in range(5) %}{% if x == 1 %}{% continue %}{% endif %}{% if x == 3 %}{% break %}{% endif %}{{ x }}{% endfor %}
{% for x in range(3) %}{% break %}{% else %}else{% endfor %}| {% for x in range(2) %}{% continue %}{% else %}else{% endfor %}|
{% for x in [[1, [2]], [3]] recursive %}{{ loop.depth }}{% if x is iterable %}[{{ loop(x) }}]{% else %}{{ x }}{% endif %}{% endfor %}
{% for n in [{'v': 1, 'c': [{'v': 2, 'c': []}]}, {'v': 3, 'c': []}] recursive %}({{ n.v }}{{ loop(n.c) }}){% endfor %}
{% for x in 'héß🙂' %}{{ x }}.{% endfor %} {% for x in range(3) %}{{ x }}{% endfor %} {% for x in (1, 2) %}{{ x }}{% endfor %}
{% for x in d %}{{ x }}{{ d[x] }}{{ ',' if not loop.last }}{% endfor %} {% for x in d|dictsort %}{{ x[0] }}{% endfor %}
{% for x in missing %}{{ x }}{% endfor %}|
{% for x in l|map('string') %}{{ loop.last }}{{ loop.length }}{% endfor %}
{% for x in l|select('odd') %}{{ loop.revindex }}{% endfor %}
{% for x in l[::-1] %}{{ x }}{% endfor %} {% for x in l|reverse %}{{ x }}{{ loop.last }}{% endfor %}
{% for u in users %}{{ u.name }}{% if u.tags %}({% for t in u.tags %}{{ t }}{{ ', ' if not loop.last else '' }}{% endfor %}){% endif %};{% endfor %}
{% set x = 'out' %}{% for x in l %}{{ x }}{% endfor %}{{ x }}
{% set c = 0 %}{% for x in l %}{% set c = c + x %}{{ c }}{% endfor %}{{ c }}
{% set ns = namespace(c=0) %}{% for x in l %}{% set ns.c = ns.c + x %}{% endfor %}{{ ns.c }}
{% for x in l %}{{ loop }}{% break %}{% endfor %}
{% for i in range(3) %}{% set loop_i = loop.index0 %}{{ loop_i }}{% endfor %} {{ loop is defined }}
{% for x in l %}{{ loop.first and 'F' or 'n' }}{% endfor %} {% for x in [missing] %}{{ x is defined }}{% endfor %}
{% for k, v in d|items %}{{ k }}{{ v }}{{ loop.index }}{% endfor %}
{% for x in 5 %}{% endfor %}
{% for x in none %}{% endfor %}
{% for a, b in [1] %}{% endfor %}
{% for a, b in [(1, 2, 3)] %}{% endfor %}
{% for a, b in [(1,)] %}{% endfor %}
{% for x in l %}{{ loop.nosuch }}{% endfor %}
{% for x in l %}{{ loop(x) }}{% endfor %}
{% for loop in l %}{% endfor %}
{% for x in l %}{{ loop.cycle() }}{% endfor %}
{% break %}
{% for x in l %}{{ x }}
{% for x in l %}{{ x }}{% endif %}
{% for x l %}{% endfor %}
""",
    "assignments": r"""
{% set a = 1 %}{% set b, c = 2, 3 %}{{ a }}{{ b }}{{ c }} {% set t = 1, 2 %}{{ t }}
{% set x %}block {{ n }}{% endset %}{{ x }} {{ x is string }} {{ x|length }}
{% set x | upper | replace('B', 'b') %}block{% endset %}{{ x }}
{% if yes %}{% set inner = 1 %}{% endif %}{{ inner }} {% if no %}{% set never = 1 %}{% endif %}[{{ never }}]
{% set ns = namespace() %}{% set ns.a = 1 %}{{ ns.a }} [{{ ns.b }}] {{ ns.b is defined }}
{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }} {% set ns.a = ns.a + 1 %}{{ ns.a }} {{ ns['a'] }}
{% set ns = namespace(a=[]) %}{% set ns.a = ns.a + [1] %}{% set ns.a = ns.a + [2] %}{{ ns.a }} {% set ns.b, ns.c = 1, 2 %}{{ ns.b }}{{ ns.c }}
{% set ns = namespace(x='') %}{% set ns.x %}hello{% endset %}{{ ns.x }}
{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}[{{ a }}] {% with %}{% set q = 1 %}{{ q }}{% endwith %}[{{ q }}] {% set a = 5 %}{% with a = a + 1 %}{{ a }}{% endwith %}{{ a }}
{% set s = 'shadow' %}{{ s }} {% set a = none %}{{ a }} {% set l = l + [4] %}{{ l }}
{% filter upper %}hello {{ s }}{% endfilter %} {% filter replace('a', 'b')|trim %} aaa {% endfilter %}|
{% set d.x = 1 %}
{% set missing.x = 1 %}
{% set a, b = 1 %}
{% set a, b = [1, 2, 3] %}
{% set 1 = 2 %}
{% set a %}
{% set ns = namespace(_x=1) %}
{% set ns = namespace() %}{% set ns._x = 1 %}
{{ namespace(a=1)|string is string }} {{ namespace(1) }}
{% set true = 1 %}
{% set a = b = 1 %}
""",
    "macros": r"""
{% macro m(a, b=2, c='x') %}{{ a }}{{ b }}{{ c }};{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(1, c='y') }}{{ m(a=5, b=6) }}{{ m() }}
{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}{{ m() }}
{% macro m(a) %}{{ a }}|{{ varargs }}|{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }} {{ m.name }} {{ m.arguments }} {{ m.catch_varargs }} {{ m.catch_kwargs }} {{ m.caller }}
{% macro box(t) %}<{{ t }}>{{ caller() }}</{{ t }}>{% endmacro %}{% call box('b') %}in{% endcall %}
{% macro each(l) %}{% for x in l %}{{ caller(x, loop.index) }}{% endfor %}{% endmacro %}{% call(v, i) each(words) %}{{ i }}{{ v }} {% endcall %}
{% macro a(x) %}{{ caller(x) if caller is defined else 'nocaller' }}{% endmacro %}{{ a(1) }}{% call(y=7) a(2) %}{{ y }}{% endcall %}
{% macro fact(n) %}{% if n <= 1 %}1{% else %}{{ n * fact(n - 1)|int }}{% endif %}{% endmacro %}{{ fact(10) }}
{% macro outer() %}{% macro inner() %}in{% endmacro %}{{ inner() }}{% endmacro %}{{ outer() }}
{% set g = 'global' %}{% macro m() %}{{ g }}{% endmacro %}{% set g = 'later' %}{{ m() }}
{% macro m(x, y=x) %}{{ x }}{{ y }}{% endmacro %}{{ m(1) }} {{ m(1, 2) }}
{% for i in range(2) %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}
{% macro m(a, b) %}{{ b is defined }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, none) }}
{% macro m() %}{% set x = 1 %}{{ x }}{% endmacro %}{{ m() }}[{{ x }}]
{% macro m(s) %}{{ s|upper }}{% endmacro %}{{ words|map('upper')|map('lower')|join }}{{ m(*['q']) }}{{ m(**{'s': 'r'}) }}
{% macro m() %}x{% endmacro %}{{ m is callable }} {{ m() is string }} {{ m()|length }} {{ m() == 'x' }} {{ m() is escaped }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=2) }}
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}
{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}
{% macro m() %}x{% endmacro %}{% call m() %}y{% endcall %}
{% macro m(a=1, b) %}{% endmacro %}
{% macro m(a %}{% endmacro %}
{% macro m() %}{{ undefined_thing.x }}{% endmacro %}{{ m() }}
{% call 5 %}{% endcall %}
{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}
""",
    "functions": r"""
{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.current }}
{% set j = joiner(', ') %}{% for x in l %}{{ j() }}{{ x }}{% endfor %} {% set k = joiner() %}{{ k() }}{{ k() }}
{{ range(5)|list }} {{ range(5, 0, -2)|list }} {{ range(0) |list }} {{ range(3)|length }} {{ 2 in range(3) }} {{ range(true)|list }}
{{ raise_exception('own reason: ' ~ n) }}
{{ raise_exception() }}
{{ raise_exception(5) }}
{{ strftime_now('%Y-%m-%d %H:%M:%S') }} {{ strftime_now('%d %b %Y') }} {{ strftime_now('%A, %B %d, %Y') }} {{ strftime_now('%j %U %w %a %p %I %y %%') }} {{ strftime_now('') }} {{ strftime_now('%-d %e %F %T %D %R') }}
{{ range(1.5) }}
{{ range() }}
{{ range(1, 2, 0) }}
{{ range(10000000) }}
{{ cycler() }}
{{ nosuch(1) }}
{{ s() }}
{{ 5() }}
{{ l.0() }}
{{ d.a() }}
{{ strftime_now(5) }}
{{ eval is defined }} {{ open is defined }} {{ self is defined }} {{ lipsum is defined }} {{ dict is defined }} {{ len is defined }} {{ str is defined }} {{ __import__ is defined }}
""",
    "blocks": r"""
{% block a %}text{% endblock %} {% block b %}{{ s }}{% endblock b %} {{ self.a() }}
{% set x = 1 %}{% block q %}{{ x }}{% endblock %} {% for i in l %}{% block z scoped %}{{ i }}{% endblock %}{% endfor %}
{% for i in l %}{% block y %}[{{ i }}]{% endblock %}{% endfor %}
{% block a %}{% endblock %}{% block a %}{% endblock %}
{% generation %}hi {{ s }}{% endgeneration %} {% for x in l %}{%- generation -%} {{ x }} {%- endgeneration -%}{% endfor %}
{% generation %}{% set inside = 1 %}{% endgeneration %}[{{ inside }}]
{% if yes %}a{% elif no %}b{% else %}c{% endif %} {% if no %}a{% elif yes %}b{% endif %} {% if no %}{% else %}c{% endif %} {% if missing %}x{% endif %}
{% if l and d or missing %}1{% endif %}{% if not (n == 42) %}2{% endif %}{% if n is defined and n > 41 %}3{% endif %}{% if (1, 2) %}t{% endif %}
{% print 5, 'a' %} {% do 5 %}
{% print s|upper %} {% print 5, 'a' %}
{% raw %}{{ not }} {% here %} {# no #}{% endraw %} {%- raw -%} {{ x }} {%- endraw -%} end
{% include 'x' %}
{% extends 'x' %}
{% import 'x' as y %}
{% from 'x' import y %}
{% nosuchtag %}
{% endif %}
{% if %}x{% endif %}
{% if yes %}
{% else %}
{% endfor %}
{% if yes: %}colon{% endif %}{% for x in l: %}{{ x }}{% endfor %}
""",
    "errors": r"""
{{ }}
{{ 1 + }}
{{ (1 }}
{{ 1) }}
{{ [1, 2 }}
{{ {1} }}
{{ {'a' 1} }}
{{ 'abc }}
{{ "abc' }}
{{ a b }}
{{ 1 2 }}
{{ @ }}
{{ $x }}
{{ a ? b : c }}
{{ x
{% if x
{# comment
{{ a.-b }}
{{ a. }}
{{ a| }}
{{ a|1 }}
{{ a is }}
{{ a[1 }}
{{ a[] }}
{{ f(a=1, 2) }}
{{ f(a=1, a=2) }}
{{ f(**x, *y) }}
{{ not }}
{{ 1 if }}
{{ * }}
{{ a = 1 }}
{{ a == }}
{% set %}
{% set a 1 %}
{% for %}{% endfor %}
{% %}
{% 5 %}
{% raw %}x
{{ a && b }}
{{ !a }}
{{ lambda x: x }}
{{ [x for x in l] }}
{{ {**d} }}
{{ a := 1 }}
{{ a.b.c(1)(2)[3 }}
}} %} #} { { % }
{{ '}}' }} {{ "%}" }} {{ {'a': {'b': 1}}['a'] }}
{{ a is not }}
{{ l|map(attribute=) }}
{% if a %}{% elif %}{% endif %}
{% macro %}{% endmacro %}
{% block %}{% endblock %}
{% filter %}x{% endfilter %}
{% set a | %}x{% endset %}
{{ 1.2.3 }}
{{ 1..2 }}
{{ .5 }}
{{ 1. }}
{{ 5.real }}
{{ 0123 }}
{{ 1_ }}
{{ 1__0 }}
{{ "\u12" }}
{{ a -}}
{{- 5 -}}{{+ 6 }}
{%+ if yes +%} x {%+ endif +%}
{{ n }
{ {n} } {{n}}{ }
""",
}

LONG = {
    "whitespace": [
        "a\n{% if yes %}\nb\n{% endif %}\nc\n",
        "a\n  {% if yes %}  \n  b\n  {% endif %}  \nc",
        "a \n {%- if yes -%} \n b \n {%- endif -%} \n c",
        "a\n  {%+ if yes %}\n  b\n  {%+ endif %}\nc",
        "a\n{% if yes +%}\nb\n{% endif +%}\nc",
        "  {{ n }}  \n  {{- n -}}  \n  {{ n }}\n",
        "\n\n{{ n }}\n\n",
        "\n",
        "\n\n",
        "x\n",
        "x\n\n",
        "\r\nx\r\n{% if yes %}\r\ny\r\n{% endif %}\r\nz\r\n",
        "x\ry\r\nz\n{{ n }}\r",
        "a\n  {# comment #}\nb\n  {#- c -#}  \nc {# x #} d\n{#+ k +#}\ne",
        "{# multi\nline #}\nx\n{# {{ n }} {% if %} #}y",
        "a  {% set x = 1 %}  b\n  {% set y = 2 %}  \n  c",
        "{% for x in l %}\n  {{ x }}\n{% endfor %}\n",
        "{% for x in l -%}\n  {{ x }}\n{%- endfor %}\n",
        "{%- for x in l %}\n  {{- x }}\n{% endfor -%}\n  end",
        "\t{% if yes %}\n\tx\n\t{% endif %}\n",
        "  {% raw %}\n  {{ n }}\n  {% endraw %}\n  x",
        "a\n  {%- raw -%}\n  {{ n }}  \n  {%- endraw -%}\n  x",
        "a {%- raw %} x {% endraw -%} b",
        "a\n  {%+ raw %}\n x\n  {%+ endraw +%}\n b",
        "{{ 'a' -}}   b   {{- 'c' }}",
        "\u00a0{%- if yes %}x{% endif -%}\u2003y",
        "a\u00a0\n\u2003{% if yes %}\nx{% endif %}\n\n\ny",
        "{% if yes %}\n\n\nx\n\n{% endif %}\n\n",
        "{{ '\n' }}{% if yes %}x{% endif %}\n{{ '\\n' }}\n",
        "{{ n }} {% if yes %}x{% endif %} {{ n }}\n {% if yes %}x{% endif %}\n",
        "{{\n  n\n  +\n  1\n}}\n{%\n if\n yes\n%}\nx{%endif%}",
        "{%if yes%}a{%endif%}{{n}}{{-n-}}",
        "line1\n   {{ n }}\n   {% if yes %} same {% endif %}\n   {%- if yes %} cut {%- endif %}\n",
        "{% macro m() %}\n  a\n{% endmacro %}\n[{{ m() }}]\n",
        "{% set x %}\n  a\n{% endset %}\n[{{ x }}]\n",
        "{% call(a) b %}{% endcall %}",
        "   \n{% if yes %}x{% endif %}",
        "\n   {% if yes %}x{% endif %}",
        "x\n   {%- set a = 1 %}\n   {%- set b = 2 %}\ny{{ a }}{{ b }}",
        "{#- a -#}\n\n{#- b -#}\nx",
        "{%- if yes -%}{{- ' a ' -}}{%- endif -%}",
        "{% generation %}\n a\n{% endgeneration %}\n b",
        "{{ 'a\\\nb' }} {{ 'x\ny' }}",
        "{{ n }}\n{{ n }}\n\n{{ n }}",
        "{% if no %}\nx\n{% else %}\n  y\n{% endif %}\nz",
        "{%- set a -%}\n  x  \n{%- endset -%}\n[{{ a }}]",
        "{% filter indent(2) %}\na\nb\n{% endfilter %}\n",
        "a{% if yes %}\n{% endif %}\nb",
        "a{#\n#}\n  {% if yes %}b{% endif %}",
        "a{{ n }}\n  {#- x #}\n  b",
    ],
    "long": [
        "{% macro m(x) -%}\n  {{ x }}\n{%- endmacro %}[{{ m('a') }}][{{ m('b') ~ m('c') }}][{{ m('d')|upper }}]",
        "{% macro tool(t, i=0) %}{%- if t is mapping -%}{% for k, v in t.items() %}{{ '  ' * i }}{{ k }}:\n"
        "{{ tool(v, i + 1) }}{% endfor %}{%- else -%}{{ '  ' * i }}{{ t }}\n"
        "{% endif %}{% endmacro %}{{ tool({'a': {'b': 1, 'c': {'d': 2}}}) }}",
        "{%- set ns = namespace(found=false, out='') -%}\n{%- for u in users -%}\n  {%- if u.age > 30 and not ns.found -%}\n"
        "    {%- set ns.found = true -%}\n  {%- endif -%}\n  {%- set ns.out = ns.out ~ u.name ~ ('+' if ns.found else '-') -%}\n"
        "{%- endfor -%}\n{{ ns.out }}\n",
        "{% for u in users %}\n* {{ u.name }}{% if u.ok is defined %} ({{ 'yes' if u.ok else 'no' }}){% endif %}\n"
        "{% for t in u.tags %}\n    - {{ t }}{{ ',' if not loop.last }}\n{% else %}\n    (none)\n{% endfor %}\n{% endfor %}",
    ],
    "error_lines": [
        "a\nb\n{{ missing.x }}",
        "a\n{% if yes %}\n\n{{ raise_exception('here') }}\n{% endif %}",
        "a\r\nb\r\n{{ 1 / 0 }}",
        "{# 1\n2\n3 #}\n{{ missing.y }}",
        "{% raw %}\n\n{% endraw %}\n{{ 1 + 'a' }}",
        "{% macro m(a) %}\n{{ a.b.c }}\n{% endmacro %}\n\n{{ m(d) }}",
        "{% for x in l %}\n{{ x }}\n{{ x.y.z }}\n{% endfor %}",
        "{% set a = 1 %}\n{% set b = 2 %}\n{% set c = a.x.y %}",
        "{% if yes %}\nx\n",
        "{% for x in l %}\n{% if x %}\n{% endfor %}",
        "a\n\n{{ 'x\ny' }}\n{{ missing.z }}",
        "a\n{{ 1 + }}",
        "a\n{% nosuch %}",
        "a\n\n{{ 'abc }}\n",
        "{%- if yes -%}\n\n\n{{- missing() -}}\n{%- endif -%}",
        "x\n{% elif no %}",
        "x\n\n{{ l|nosuch }}",
        "x\n\n{{ l is nosuch }}",
        "{% call m() %}\n{% endcall %}",
        "\n\n{% set x %}\n{{ missing.q }}\n{% endset %}",
        "\n{% filter upper %}\n\n{{ missing.q }}{% endfilter %}",
        "\n{% with a = 1 %}\n{{ nil.x.y }}\n{% endwith %}",
        "\n{% if missing.a %}\n{% endif %}",
        "\n{% if no %}\n{% elif missing.a %}\n{% endif %}",
        "\n{% for x in missing.a %}\n{% endfor %}",
    ],
    "found": [
        "{{ l|truncate(5) }} {{ missing|truncate(5) }}| {{ d|truncate(3, true, '', 0) }}",
        "{{ l|truncate(2, true, '', 0) }}",
        "{{ 5|truncate }}",
        "{{ d.keys() == dict(d).keys() }} {{ d.items() == dict(d).items() }} {{ d.values() == d.values() }}",
        "{{ dict(missing) }}",
        "{{ namespace(d.zz) }}",
        "{{ missing.__class__ is defined }} {{ missing|attr('__class__') is defined }}",
        "{{ missing.__foo__ }}",
        "{{ (1, [2]) is filter }}",
        "{% filter length %}a{% endfilter %}",
        "a\n{% set x %}{% filter list %}a{% endfilter %}{% endset %}{{ x }}",
        "{{ 1e999 }} {{ -1e999 }} {{ 1e-999 }} {{ 1E400|float }}",
        "{% for x in [] %}{{ x|nosuch }}{% endfor %}",
        "{% if no %}{{ x|nosuch }}{{ x is nosuch }}{% endif %}k",
        "{% if no %}{% for x in [] %}{{ x|nosuch }}{% endfor %}{% endif %}k",
        "{{ (x|nosuch) if no else 2 }}",
        "{{ s|map('nosuch')|list if no else 3 }} {{ []|map('nosuch')|list }}",
    ],
}
