import * as path from 'node:path';
import { priceEffect } from '../../blueprint/price-effect';
import { contractOf, loadPriceBookFile, PRICE_BOOK, readQuestion } from '../../blueprint/question';
import { movesBetween } from '../../budget/prices/moves';
import { toJsonText } from '../../report/json';
import { renderMoves } from '../../report/price-report';
import { exactText } from '../../units/exact';
import { instant } from '../../units/interval';
import type { ExitCode, World } from '../world';

export interface DiffAsked {
  readonly deployment?: string;
  readonly contract?: string;
  readonly asOf?: string;
  readonly json?: boolean;
}

/** `headroom prices diff`: 0, or 1 when a deployment's bill is not whole at either book's prices. */
export function diff(older: string, newer: string | undefined, asked: DiffAsked, world: World): ExitCode {
  const [from, to] = [
    loadPriceBookFile(path.resolve(world.cwd, older)),
    loadPriceBookFile(newer === undefined ? path.join(world.root, PRICE_BOOK) : path.resolve(world.cwd, newer)),
  ];
  const moves = movesBetween(from, to, asked.asOf === undefined ? world.now() : instant(asked.asOf));
  const effect = asked.deployment === undefined ? undefined : effectOn(asked.deployment, asked, world);
  world.out(
    asked.json === true
      ? toJsonText({ ...moves, moves: moves.moves.map(withGrowthText), ...(effect === undefined ? {} : { effect }) })
      : renderMoves(moves, effect),
  );
  return effect === undefined || (isWhole(effect.before) && isWhole(effect.after)) ? 0 : 1;

  function effectOn(deployment: string, { contract, asOf }: DiffAsked, { root, cwd }: World) {
    const question = readQuestion({ root, cwd, deployment, contract, asOf });
    contractOf(question);
    return priceEffect(question, from, to);
  }
}

function isWhole(bill: { readonly unpriced: readonly unknown[] }): boolean {
  return bill.unpriced.length === 0;
}

function withGrowthText(move: ReturnType<typeof movesBetween>['moves'][number]): unknown {
  return move.kind === 'changed'
    ? { ...move, growth: move.growth === undefined ? null : exactText(move.growth) }
    : move;
}
