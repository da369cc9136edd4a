/** A wall time of 24 hours, typed or stepped part by part, however the browser would write it. */
import { parseTime } from '@internationalized/date';
import { DateInput, DateSegment, Label, TimeField } from 'react-aria-components';
import { field } from '@/ui/classes';

interface Props {
  label: string;
  /** HH:MM. */
  value: string | null;
  onChange: (time: string | null) => void;
  className: string;
}

export function ClockField({ label, value, onChange, className }: Props) {
  return (
    <TimeField hourCycle={24} granularity="minute" value={value ? parseTime(value) : null} onChange={(time) => onChange(time ? time.toString().slice(0, 5) : null)} className={className}>
      <Label className="text-meta text-ink-2">{label}</Label>
      <DateInput className={`${field} flex w-24 items-center tabular-nums focus-within:outline-2 focus-within:outline-accent`}>
        {(segment) => (
          <DateSegment
            segment={segment}
            className="rounded-control px-0.5 outline-none data-focused:bg-accent data-focused:text-on-accent data-placeholder:text-ink-3 data-focused:data-placeholder:text-on-accent"
          />
        )}
      </DateInput>
    </TimeField>
  );
}
