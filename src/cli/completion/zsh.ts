import type { CompletedCommand, CompletedOption, CompletedValue } from './completed-command.ts';

/** Renders the completion script of zsh. */
export function renderZsh(commands: readonly CompletedCommand[]): string {
  return `#compdef loadbot-agent
# zsh completion of loadbot-agent
_loadbot-agent() {
  local -a commands
${renderLevel(commands, '  ')}}
if [[ $funcstack[1] == _loadbot-agent ]]; then _loadbot-agent "$@"; else compdef _loadbot-agent loadbot-agent; fi
`;
}

/** Completes the word of a command, or with `_arguments` the words behind it. */
function renderLevel(commands: readonly CompletedCommand[], indent: string): string {
  const described = commands.map(({ path, description }) => quote(`${path.at(-1) ?? ''}:${description}`));
  return [
    'if (( CURRENT == 2 )); then',
    '  commands=(',
    ...described.map((text) => `    ${text}`),
    '  )',
    '  _describe command commands',
    '  return',
    'fi',
    'shift words; (( CURRENT-- ))',
    'case $words[1] in',
    ...commands.flatMap((command) => [`  ${command.path.at(-1) ?? ''})`, ...renderCommand(command), '    ;;']),
    'esac',
  ]
    .map((line) => `${indent}${line}\n`)
    .join('');
}

function renderCommand({ options, argument, subcommands }: CompletedCommand): string[] {
  if (subcommands.length > 0) return renderLevel(subcommands, '    ').trimEnd().split('\n');
  const last = argument === undefined ? [] : [quote(`*:argument:${actionOf(argument)}`)];
  const specs = [...options.map(specOf), ...last];
  return ['    _arguments -s \\', ...specs.map((spec, at) => `      ${spec}${at === specs.length - 1 ? '' : ' \\'}`)];
}

/** `'*'{-u,--agent-uri}'[address]:value:'`; any option may be repeated, since some are lists. */
function specOf({ flags, description, value }: CompletedOption): string {
  const names = flags.length === 1 ? (flags[0] ?? '') : `{${flags.join(',')}}`;
  const text = `[${description.replaceAll(/[[\]:\\]/g, (mark) => `\\${mark}`)}]`;
  return `'*'${names}${quote(value === undefined ? text : `${text}:value:${actionOf(value)}`)}`;
}

function actionOf(value: CompletedValue): string {
  if (value.kind === 'file') return '_files';
  return value.kind === 'choices' ? `(${value.choices.join(' ')})` : ' ';
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
