import { groupBy } from '../../shared/group-by.ts';
import { allCommands, type CompletedCommand, type CompletedValue } from './completed-command.ts';

/** Renders the completion script of bash 3.2 and newer. */
export function renderBash(commands: readonly CompletedCommand[]): string {
  return `# bash completion of loadbot-agent
_loadbot_agent() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} options='' words='' values=''
  # --flag=value is three words.
  if [[ $cur == '=' ]]; then cur=''; elif [[ $prev == '=' ]]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=($(compgen -W '${names(commands)} --help --version' -- "$cur"))
    return
  fi
  local command=\${COMP_WORDS[1]}
  case "$command \${COMP_WORDS[2]}" in
${nested(commands)}  esac
  case $command in
${allCommands(commands).map(renderCase).join('\n')}
  esac
  # Without a reply, bash completes files.
  case $values in
    file) COMPREPLY=(); return ;;
    text) compopt +o default +o bashdefault 2>/dev/null; COMPREPLY=(); return ;;
    ?*) COMPREPLY=($(compgen -W "$values" -- "$cur")); return ;;
  esac
  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$cur"))
  elif [[ -n $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$cur"))
  else COMPREPLY=(); fi
}
complete -o bashdefault -o default -F _loadbot_agent loadbot-agent
`;
}

function names(commands: readonly CompletedCommand[]): string {
  return commands.map(({ path }) => path.at(-1) ?? '').join(' ');
}

/** Cases that recognize the commands of a command, beyond their own word. */
function nested(commands: readonly CompletedCommand[]): string {
  const all = commands.flatMap(({ subcommands }) => subcommands.map(({ path }) => path.join(' ')));
  return all.map((path) => `    '${path}') (( COMP_CWORD > 2 )) && command='${path}' ;;\n`).join('');
}

function renderCase({ path, options, argument, subcommands }: CompletedCommand): string {
  const flags = options.flatMap((option) => option.flags).join(' ');
  const words = subcommands.length > 0 ? names(subcommands) : argument?.kind === 'choices' ? wordsOf(argument) : '';
  const valued = options.flatMap(({ flags: own, value }) => (value === undefined ? [] : [{ own, of: wordsOf(value) }]));
  const cases = [...groupBy(valued, ({ of }) => of)].map(
    ([values, of]) => `        ${of.flatMap(({ own }) => own).join('|')}) values='${values}' ;;`,
  );
  return [
    `    '${path.join(' ')}')`,
    `      options='${flags}' words='${words}'`,
    ...(cases.length > 0 ? ['      case $prev in', ...cases, '      esac'] : []),
    '      ;;',
  ].join('\n');
}

function wordsOf(value: CompletedValue): string {
  return value.kind === 'choices' ? value.choices.join(' ') : value.kind;
}
