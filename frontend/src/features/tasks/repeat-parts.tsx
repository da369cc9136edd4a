'use client';
/** What the recurrence editor is made of: choices as radio groups in three looks, and a number with its unit. */
import type { ReactNode } from 'react';
import { Button, Group, Input, Label, NumberField, Radio, RadioGroup } from 'react-aria-components';
import { iconButton } from '@/ui/classes';

interface Option {
  readonly value: string;
  readonly label: ReactNode;
  readonly hint?: string | undefined;
}

interface ChoiceProps {
  label: string;
  /** Said to screen readers alone. */
  hidden?: boolean;
  look: 'list' | 'cards' | 'segments';
  value: string;
  options: readonly Option[];
  onChange: (value: string) => void;
  error?: string | null | undefined;
}

const LOOKS = {
  list: 'flex flex-col',
  cards: 'grid gap-2 sm:grid-cols-2',
  segments: 'flex flex-wrap gap-1 rounded-control bg-sunken p-1',
};

export function Choice({ label, hidden = false, look, value, options, onChange, error }: ChoiceProps) {
  return (
    <RadioGroup aria-label={label} value={value} onChange={onChange} isInvalid={!!error} className="flex flex-col gap-1.5">
      {!hidden && <Label className="text-meta font-semibold text-ink-2">{label}</Label>}
      <div className={LOOKS[look]}>
        {options.map((option) => (
          <Option key={option.value} option={option} look={look} />
        ))}
      </div>
      <Wrong>{error}</Wrong>
    </RadioGroup>
  );
}

function Option({ option: { value, label, hint }, look }: { option: Option; look: ChoiceProps['look'] }) {
  if (look === 'segments')
    return (
      <Radio
        value={value}
        className="flex min-h-9 flex-1 cursor-pointer items-center justify-center rounded-control px-2.5 text-meta whitespace-nowrap text-ink-2 outline-accent hover:text-ink data-focus-visible:outline-2 data-selected:bg-surface data-selected:font-semibold data-selected:text-accent"
      >
        {label}
      </Radio>
    );
  const card = look === 'cards' ? 'rounded-control border border-line px-3 py-2.5 data-selected:border-accent' : 'rounded-control px-1 py-1.5';
  return (
    <Radio value={value} className={`group/radio flex min-h-9 cursor-pointer items-start gap-2.5 outline-accent hover:bg-hover data-focus-visible:outline-2 ${card}`}>
      <span className="mt-0.5 grid size-4.5 shrink-0 place-items-center rounded-round border-2 border-line-strong group-data-selected/radio:border-accent">
        <span className="size-2 rounded-round group-data-selected/radio:bg-accent" />
      </span>
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="flex flex-wrap items-center gap-2">{label}</span>
        {hint && <span className="text-meta text-ink-2">{hint}</span>}
      </span>
    </Radio>
  );
}

export function Wrong({ children }: { children: ReactNode }) {
  return children ? (
    <p role="alert" className="text-meta text-danger">
      {children}
    </p>
  ) : null;
}

interface NumberProps {
  label: string;
  unit?: string;
  value: number;
  most: number;
  fewer: string;
  more: string;
  onChange: (value: number) => void;
  error?: string | null | undefined;
}

export function Counter({ label, unit, value, most, fewer, more, onChange, error }: NumberProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <NumberField
        minValue={1}
        maxValue={most}
        value={value}
        onChange={(next) => onChange(Number.isFinite(next) ? next : 1)}
        isInvalid={!!error}
        className="flex items-center gap-2"
      >
        <Label className="text-ink-2">{label}</Label>
        <Group className="flex items-center rounded-control border border-line-strong data-invalid:border-danger">
          <Button slot="decrement" aria-label={fewer} className={`${iconButton} data-disabled:opacity-40`}>
            −
          </Button>
          <Input className="w-11 bg-transparent text-center tabular-nums outline-accent" />
          <Button slot="increment" aria-label={more} className={`${iconButton} data-disabled:opacity-40`}>
            +
          </Button>
        </Group>
        {unit && <span className="text-ink-2">{unit}</span>}
      </NumberField>
      <Wrong>{error}</Wrong>
    </div>
  );
}
