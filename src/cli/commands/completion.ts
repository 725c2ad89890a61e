import { Argument, Command } from 'commander';
import type { Shell } from '../actions/completion.ts';
import type { CommandIo } from '../command-io.ts';

const EXAMPLES = `
Examples:
  loadbot-agent completion bash > ~/.local/share/bash-completion/completions/loadbot-agent
  loadbot-agent completion zsh > ~/.zfunc/_loadbot-agent        # with fpath+=(~/.zfunc) before compinit in ~/.zshrc
  loadbot-agent completion fish > ~/.config/fish/completions/loadbot-agent.fish

For the current shell only: source <(loadbot-agent completion bash)
`;

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

/** `completion`: prints a completion script. */
export function completionCommand(io: CommandIo): Command {
  const command = new Command('completion')
    .summary('print a completion script for bash, zsh or fish')
    .description('Prints a script that completes commands, flags and their values in a shell.')
    .addArgument(new Argument('<shell>').choices(SHELLS));
  return command.addHelpText('after', EXAMPLES).action(async (shell: Shell) => {
    const { printCompletion } = await import('../actions/completion.ts');
    printCompletion(shell, command.parent ?? command, io);
  });
}
