#!/usr/bin/env perl
# The methods in plain Perl, speaking optproof's protocol: optproof check --exec 'perl serve.pl'
# A tensor is {dtype, shape, data}, data a flat row-major list.
use strict;
use warnings;

# --- JSON, as much of it as the protocol uses ---------------------------------------------------

sub parse {    # reads from where the last match in $_[0] ended
    for ($_[0]) {
        /\G\s+/gc;
        return [split /,/, $1] if /\G\[([-+.eE\d,\s]+)\]/gc;    # a list of numbers, at once
        return 0 + $1          if /\G(-?\d[-+.eE\d]*)/gc;
        return $1 eq 'true' ? 1 : $1 eq 'false' ? 0 : undef if /\G(true|false|null)/gc;
        if (/\G"((?:[^"\\]|\\.)*)"/gc) {
            my $text = $1;
            $text =~ s/\\u([0-9a-fA-F]{4})/chr hex $1/ge;
            return $text eq 'NaN' ? 9**9**9 - 9**9**9 : $text =~ /^(-?)Infinity$/ ? "${1}1" * 9**9**9 : $text;
        }
        if (/\G\[/gc) {
            my @items;
            until (/\G\s*\]/gc) { push @items, parse($_); /\G\s*,/gc }
            return \@items;
        }
        if (/\G\{/gc) {
            my %object;
            until (/\G\s*\}/gc) {
                my $key = parse($_);
                /\G\s*:/gc;
                $object{$key} = parse($_);
                /\G\s*,/gc;
            }
            return \%object;
        }
        die 'bad JSON at ' . (pos // 0) . "\n";
    }
}

sub number {
    my $text = sprintf '%.17g', $_[0];    # before it is compared, which turns "-0.0" into 0
    return $text =~ /nan/i ? '"NaN"' : $text =~ /^(-?)inf/i ? qq("${1}Infinity") : $text;
}

sub text_of {
    my $value = shift;
    if (ref $value eq 'ARRAY') { return '[' . join(',', map { text_of($_) } @$value) . ']' }
    if (ref $value eq 'HASH' && exists $value->{data}) {
        my $write = $value->{dtype} eq 'bool' ? sub { $_[0] ? 'true' : 'false' }
                  : $value->{dtype} =~ /^int/ ? sub { 0 + $_[0] } : \&number;
        return sprintf '{"dtype":"%s","shape":[%s],"data":[%s]}', $value->{dtype},
            join(',', @{ $value->{shape} }), join(',', map { $write->($_) } @{ $value->{data} });
    }
    if (ref $value eq 'HASH') { return '{' . join(',', map { qq("$_":) . text_of($value->{$_}) } sort keys %$value) . '}' }
    return number($value) if $value =~ /^-?[\d.]+(e[-+]?\d+)?$|^-?(inf|nan)$/i;
    $value =~ s/([\\"])/\\$1/g;
    $value =~ s/[^ -~]/?/g;
    return qq("$value");
}

# --- Tensors -------------------------------------------------------------------------------------

sub tensor { return { dtype => 'float64', shape => $_[0], data => $_[1] } }

sub elementwise {    # (function, tensors ...)
    my ($f, @tensors) = @_;
    my @data = map { my $i = $_; $f->(map { $_->{data}[$i] } @tensors) } 0 .. $#{ $tensors[0]{data} };
    return tensor($tensors[0]{shape}, \@data);
}

sub product {
    my ($A, $B) = @_;
    my ($n, $k, $m) = (@{ $A->{shape} }, $B->{shape}[1]);
    my @data;
    for my $i (0 .. $n - 1) {
        for my $j (0 .. $m - 1) {
            my $sum = 0;
            $sum += $A->{data}[$i * $k + $_] * $B->{data}[$_ * $m + $j] for 0 .. $k - 1;
            push @data, $sum;
        }
    }
    return tensor([$n, $m], \@data);
}

sub transpose {
    my $A = shift;
    my ($n, $m) = @{ $A->{shape} };
    return tensor([$m, $n], [map { my $j = $_; map { $A->{data}[$_ * $m + $j] } 0 .. $n - 1 } 0 .. $m - 1]);
}

sub columns {
    my ($A, @chosen) = @_;
    my ($n, $m) = @{ $A->{shape} };
    my @data = map { my $row = $_ * $m; map { $A->{data}[$row + $_] } @chosen } 0 .. $n - 1;
    return { dtype => $A->{dtype}, shape => [$n, scalar @chosen], data => \@data };
}

sub row_sums {
    my $A = shift;
    return product($A, tensor([$A->{shape}[1], 1], [(1) x $A->{shape}[1]]));
}

sub linear {
    my ($W, $a, $b) = @_;
    my $z = product($W, $a);
    my $m = $z->{shape}[1];
    $z->{data}[$_] += $b->{data}[int($_ / $m)] for 0 .. $#{ $z->{data} };
    return $z;
}

# --- The methods: each takes and returns results by name ----------------------------------------

my %methods = (
    update_parameters_with_gd => sub {
        my %in   = @_;
        my $step = sub { $_[0] - $in{learning_rate} * $_[1] };
        return { parameters => each_key($in{parameters}, sub { elementwise($step, $_[1], $in{grads}{"d$_[0]"}) }) };
    },
    initialize_velocity => sub { my %in = @_; return { v => zero_state($in{parameters}) } },
    initialize_adam     => sub {
        my %in = @_;
        return { v => zero_state($in{parameters}), s => zero_state($in{parameters}) };
    },
    update_parameters_with_momentum => sub {
        my %in = @_;
        my $v  = each_key($in{v}, sub { average($in{beta}, $_[1], $in{grads}{ $_[0] }) });
        my $step = sub { $_[0] - $in{learning_rate} * $_[1] };
        return { parameters => each_key($in{parameters}, sub { elementwise($step, $_[1], $v->{"d$_[0]"}) }), v => $v };
    },
    update_parameters_with_adam => sub {
        my %in = @_;
        my $v  = each_key($in{v}, sub { average($in{beta1}, $_[1], $in{grads}{ $_[0] }) });
        my $s  = each_key($in{s}, sub {
            my $squared = elementwise(sub { $_[0]**2 }, $in{grads}{ $_[0] });
            return average($in{beta2}, $_[1], $squared);
        });
        my ($correction1, $correction2) = (1 - $in{beta1}**$in{t}, 1 - $in{beta2}**$in{t});
        my $step = sub {
            my ($p, $v, $s) = @_;
            return $p - $in{learning_rate} * ($v / $correction1) / (sqrt($s / $correction2) + $in{epsilon});
        };
        my $parameters = each_key($in{parameters}, sub { elementwise($step, $_[1], $v->{"d$_[0]"}, $s->{"d$_[0]"}) });
        return { parameters => $parameters, v => $v, s => $s };
    },
    random_mini_batches => sub {
        my %in = @_;
        die "it has not NumPy's generator: send the permutation\n" unless $in{permutation};
        my @order = @{ $in{permutation} };
        my @batches;
        while (my @chosen = splice @order, 0, $in{mini_batch_size}) {
            push @batches, [columns($in{X}, @chosen), columns($in{Y}, @chosen)];
        }
        return { mini_batches => \@batches };
    },
    forward_propagation => sub {
        my %in = @_;
        my ($a, @caches) = ($in{X});
        for my $l (1 .. 3) {
            my ($W, $b) = @{ $in{parameters} }{ "W$l", "b$l" };
            my $z = linear($W, $a, $b);
            $a = elementwise($l < 3 ? sub { $_[0] > 0 ? $_[0] : 0 } : sub { 1 / (1 + exp(-$_[0])) }, $z);
            push @caches, $z, $a, $W, $b;
        }
        return { a3 => $a, caches => \@caches };
    },
    compute_cost => sub {
        my %in  = @_;
        my $sum = 0;
        $sum += $_ for @{ elementwise(sub { -($_[1] * log($_[0]) + (1 - $_[1]) * log(1 - $_[0])) }, $in{a3}, $in{Y})->{data} };
        return { cost => $sum };
    },
    backward_propagation => sub {
        my %in = @_;
        my ($a1, $a2, $W2, $a3, $W3) = @{ $in{caches} }[1, 5, 6, 9, 10];
        my $m    = $in{X}{shape}[1];
        my $relu = sub { $_[1] > 0 ? $_[0] : 0 };
        my %grads;
        $grads{dz3} = elementwise(sub { ($_[0] - $_[1]) / $m }, $a3, $in{Y});
        $grads{da2} = product(transpose($W3), $grads{dz3});
        $grads{dz2} = elementwise($relu, $grads{da2}, $a2);
        $grads{da1} = product(transpose($W2), $grads{dz2});
        $grads{dz1} = elementwise($relu, $grads{da1}, $a1);
        my %before = (1 => $in{X}, 2 => $a1, 3 => $a2);
        for my $l (1 .. 3) {
            $grads{"dW$l"} = product($grads{"dz$l"}, transpose($before{$l}));
            $grads{"db$l"} = row_sums($grads{"dz$l"});
        }
        return { grads => \%grads };
    },
);

# One optimizer through all its steps, from zero state. What has no gradient stays as it is.
my %takes = (
    gd       => [qw(learning_rate)],
    momentum => [qw(learning_rate beta)],
    adam     => [qw(learning_rate beta1 beta2 epsilon)],
);
my %start = (gd => sub { {} }, momentum => $methods{initialize_velocity}, adam => $methods{initialize_adam});

sub steps {
    my %in         = @_;
    my %parameters = %{ $in{parameters} };
    my $state      = $start{ $in{optimizer} }->(parameters => \%parameters);
    my @after;
    for my $step (@{ $in{steps} }) {
        $in{hyperparameters}{learning_rate} = $step->{learning_rate} if defined $step->{learning_rate};
        my $grads  = $step->{grads};
        my @moving = grep { $grads->{"d$_"} } keys %parameters;
        my %given  = (t => 1 + @after, %{ $in{hyperparameters} }, grads => $grads);
        $given{parameters} = { map { $_ => $parameters{$_} } @moving };
        for my $name (keys %$state) { $given{$name} = { map { ("d$_" => $state->{$name}{"d$_"}) } @moving } }
        my $new = $methods{"update_parameters_with_$in{optimizer}"}->(%given);
        %parameters = (%parameters, %{ $new->{parameters} });
        $state->{$_} = { %{ $state->{$_} }, %{ $new->{$_} } } for keys %$state;
        push @after, {%parameters};
    }
    return { parameters => \@after };
}

sub each_key { my ($tensors, $f) = @_; return { map { $_ => $f->($_, $tensors->{$_}) } keys %$tensors } }
sub zero_state { my $p = shift; return { map { ("d$_" => elementwise(sub { 0 }, $p->{$_})) } keys %$p } }
sub average { my ($beta, $old, $new) = @_; return elementwise(sub { $beta * $_[0] + (1 - $beta) * $_[1] }, $old, $new) }

# --- The conversation ----------------------------------------------------------------------------

$| = 1;
my $names = join ',', map { qq("$_") } sort keys %methods;
my $optimizers = join ',', map {
    my $takes = join ',', map { qq("$_") } @{ $takes{$_} };
    qq("$_":{"name":"update_parameters_with_$_","takes":[$takes]})
} sort keys %takes;
print qq({"type":"hello","protocol":1,"name":"perl","version":"1","language":"Perl $^V",),
    qq("operations":[$names],"optimizers":{$optimizers},"dtype":"float64","accepts":["permutation"]}\n);
while (my $line = <STDIN>) {
    my $message = parse($line);
    last if $message->{type} eq 'bye';
    my $head   = qq("id":$message->{id});
    my $method = $methods{ $message->{operation} };
    $method = \&steps if $message->{operation} eq 'steps'
        && !$message->{arguments}{instances} && !$message->{arguments}{resume_after};
    if (!$method) { print qq({"type":"unsupported",$head,"reason":"no such method"}\n); next }
    my $value = eval { $method->(%{ $message->{arguments} }) };
    if ($value) { print qq({"type":"result",$head,"value":), text_of($value), "}\n" }
    else { print qq({"type":"error",$head,"kind":"exception","message":), text_of("$@"), "}\n" }
}
