/** Which grammar a code block's name asks for. */

const FILES = new Set(
  (
    "abnf accesslog actionscript ada angelscript apache applescript arduino armasm asciidoc awk bash basic bnf c clojure cmake " +
    "coffeescript cpp crystal csharp css d dart delphi diff django dockerfile dos ebnf elixir elm erb erlang excel fortran " +
    "fsharp gcode gherkin glsl go gradle graphql groovy haml handlebars haskell haxe http ini java javascript json julia " +
    "kotlin latex ldif less lisp llvm lua makefile markdown mathematica matlab maxima nestedtext nginx nim nix objectivec " +
    "ocaml openscad perl pgsql php plaintext powershell processing prolog properties protobuf puppet python python-repl qml r " +
    "reasonml ruby rust sas scala scheme scss shell smalltalk sml sql stata stylus swift tap tcl thrift twig typescript vala " +
    "vbnet vbscript verilog vhdl vim wasm x86asm xml xquery yaml zephir"
  ).split(" "),
);

const OTHERS = {
  "c#": "csharp",
  "c++": "cpp",
  "f#": "fsharp",
  asm: "x86asm",
  atom: "xml",
  bat: "dos",
  cc: "cpp",
  cjs: "javascript",
  clj: "clojure",
  cmd: "dos",
  coffee: "coffeescript",
  conf: "ini",
  console: "shell",
  cs: "csharp",
  cxx: "cpp",
  docker: "dockerfile",
  erl: "erlang",
  ex: "elixir",
  exs: "elixir",
  f90: "fortran",
  fs: "fsharp",
  golang: "go",
  gql: "graphql",
  h: "c",
  hpp: "cpp",
  hs: "haskell",
  html: "xml",
  jinja: "django",
  jl: "julia",
  js: "javascript",
  jsonc: "json",
  json5: "json",
  jsx: "javascript",
  kt: "kotlin",
  mak: "makefile",
  make: "makefile",
  md: "markdown",
  mjs: "javascript",
  ml: "ocaml",
  mm: "objectivec",
  objc: "objectivec",
  patch: "diff",
  php3: "php",
  pl: "perl",
  postgres: "pgsql",
  postgresql: "pgsql",
  proto: "protobuf",
  ps: "powershell",
  ps1: "powershell",
  py: "python",
  pycon: "python-repl",
  rb: "ruby",
  rs: "rust",
  sass: "scss",
  sh: "bash",
  st: "smalltalk",
  svg: "xml",
  tex: "latex",
  toml: "ini",
  ts: "typescript",
  tsx: "typescript",
  vb: "vbnet",
  vue: "xml",
  xhtml: "xml",
  yml: "yaml",
  zsh: "bash",
};

/**
 * @param {string} name
 * @returns {string | null} null where there is none, or where colours would say nothing
 */
export function languageFile(name) {
  const lower = name.toLowerCase();
  const file = Object.hasOwn(OTHERS, lower) ? OTHERS[lower] : lower;
  return FILES.has(file) && file !== "plaintext" ? file : null;
}
