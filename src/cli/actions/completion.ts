import type { Command } from 'commander';
import { renderBash } from '../completion/bash.ts';
import { readCommands } from '../completion/completed-command.ts';
import { renderFish } from '../completion/fish.ts';
import { renderZsh } from '../completion/zsh.ts';
import type { CommandIo } from '../command-io.ts';

const RENDERERS = { bash: renderBash, zsh: renderZsh, fish: renderFish } as const;

export type Shell = keyof typeof RENDERERS;

/** Prints the completion script of a shell for the commands of a program. */
export function printCompletion(shell: Shell, program: Command, io: CommandIo): void {
  io.stdout.write(RENDERERS[shell](readCommands(program)));
}
